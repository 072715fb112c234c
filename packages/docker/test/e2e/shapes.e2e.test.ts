import { request as httpRequest } from 'node:http'
import { dockerRequest, type DockerRequestOptions } from '@amphora/testbed'
import { packTar } from 'modern-tar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeEngine, type FakeEngine } from '../fake-engine.ts'
import { missingEngine, openSite, remove, type Site } from './real-engine.ts'

const missing = await missingEngine()
const ABSENT = '0'.repeat(64)

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** `string`, `number`, `null`, … of every key, lists and records entered; networks go by names of their own. */
function shapeOf(value: unknown, path = ''): Readonly<Record<string, string>> {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
  if (kind === 'list') return { [path]: kind, ...shapeOf((value as unknown[])[0] ?? null, `${path}[]`) }
  if (kind !== 'object') return { [path]: kind }
  return Object.assign(
    { [path]: kind },
    ...Object.entries(value as object).map(([key, one]) =>
      shapeOf(one, `${path}.${path.endsWith('.Networks') ? '*' : key}`),
    ),
  ) as Record<string, string>
}

/** Where the fake says something that the real engine does not say, or says it in another type. */
function differences(fake: unknown, real: unknown): readonly string[] {
  const theirs = shapeOf(real)
  return Object.entries(shapeOf(fake))
    .filter(([path, kind]) => {
      const other = theirs[path]
      return !(other === kind || kind === 'null' || other === 'null' || isOpen(path))
    })
    .map(([path, kind]) => `${path}: ${kind}, really ${theirs[path] ?? 'absent'}`)
}

/** Records whose keys are the caller's or the image's own. */
function isOpen(path: string): boolean {
  return /\.(Labels|Volumes|Attributes|GraphDriver\.Data|Ports|Mounts\[\])\b./.test(path)
}

describe.skipIf(missing !== undefined)(
  `The fake engine${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    let fake: FakeEngine
    let image: string
    const made: string[] = []

    beforeAll(async () => {
      site = await openSite()
      image = site.testbed.images.haproxy
      fake = await createFakeEngine({ images: [image], networks: [site.name('net')] })
      await site.network('net')
    })
    afterAll(async () => {
      for (const id of made) await remove(id)
      await fake?.close()
      await site?.clear()
    })

    /** The same request to both. */
    async function both(
      path: string | ((engine: 'fake' | 'real') => string),
      options: DockerRequestOptions = {},
    ): Promise<{ fake: Answer; real: Answer }> {
      const to = async (engine: 'fake' | 'real'): Promise<Answer> => {
        const socketPath = engine === 'fake' ? fake.socketPath : site.testbed.socketPath
        const response = await dockerRequest(typeof path === 'string' ? path : path(engine), { ...options, socketPath })
        const text = response.text()
        return {
          status: response.status,
          body: /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text.split('\n')[0] ?? '') : text,
        }
      }
      return { fake: await to('fake'), real: await to('real') }
    }

    function expectAlike({ fake: ours, real }: { fake: Answer; real: Answer }): void {
      expect(ours.status).toBe(real.status)
      expect(differences(ours.body, real.body)).toEqual([])
    }

    async function create(what: string, host: object = {}): Promise<{ fake: string; real: string }> {
      const labels = { 'amphora.owner': site.owner, 'amphora.name': what }
      const answers = await both('/containers/create', {
        method: 'POST',
        query: { name: `${site.owner}-${what}` },
        body: {
          Image: image,
          Labels: labels,
          Env: ['A=b'],
          Hostname: what,
          HostConfig: { Init: true, NetworkMode: site.name('net'), ...host },
        },
      })
      expectAlike(answers)
      const ids = { fake: (answers.fake.body as { Id: string }).Id, real: (answers.real.body as { Id: string }).Id }
      made.push(ids.real)
      return ids
    }

    it('answers like the real one through a life', async () => {
      const ids = await create('life')
      const of = (path: string) => (engine: 'fake' | 'real') => path.replace('ID', ids[engine])
      const tar = Buffer.from(await packTar([{ header: { name: 'etc/x', size: 1, type: 'file' }, body: 'x' }]))
      const steps: readonly (readonly [string, DockerRequestOptions])[] = [
        ['/containers/ID/json', {}],
        ['/containers/ID/archive?path=/', { method: 'PUT', body: tar }],
        ['/containers/ID/unpause', { method: 'POST' }],
        ['/containers/ID/pause', { method: 'POST' }],
        ['/containers/ID/start', { method: 'POST' }],
        ['/containers/ID/start', { method: 'POST' }],
        ['/containers/ID/json', {}],
        ['/containers/ID/pause', { method: 'POST' }],
        ['/containers/ID/pause', { method: 'POST' }],
        ['/containers/ID/start', { method: 'POST' }],
        ['/containers/ID/json', {}],
        ['/containers/ID?v=1', { method: 'DELETE' }],
        ['/containers/ID/unpause', { method: 'POST' }],
        ['/containers/ID/unpause', { method: 'POST' }],
        ['/containers/ID?v=1', { method: 'DELETE' }],
        ['/containers/ID?v=1&force=1', { method: 'DELETE' }],
        ['/containers/ID?v=1&force=1', { method: 'DELETE' }],
      ]
      for (const [path, options] of steps) {
        const answers = await both(of(path), options)
        expect(answers.fake.status, `${options.method ?? 'GET'} ${path}`).toBe(answers.real.status)
        expect(differences(answers.fake.body, answers.real.body), `${options.method ?? 'GET'} ${path}`).toEqual([])
      }
    })

    it('connects and disconnects like the real one', async () => {
      const ids = await create('net')
      const steps = ['connect', 'connect', 'disconnect', 'disconnect'] as const
      for (const started of [false, true]) {
        if (started) expectAlike(await both((engine) => `/containers/${ids[engine]}/start`, { method: 'POST' }))
        for (const step of steps) {
          const answers = { fake: await dial('fake', step, ids.fake), real: await dial('real', step, ids.real) }
          expect(answers.fake.status, `${step}, ${started ? 'running' : 'created'}`).toBe(answers.real.status)
          expect(differences(answers.fake.body, answers.real.body)).toEqual([])
        }
      }
    })

    async function dial(engine: 'fake' | 'real', step: string, container: string): Promise<Answer> {
      const socketPath = engine === 'fake' ? fake.socketPath : site.testbed.socketPath
      const response = await dockerRequest(`/networks/bridge/${step}`, {
        method: 'POST',
        body: { Container: container },
        socketPath,
      })
      const text = response.text()
      return { status: response.status, body: text === '' ? '' : JSON.parse(text) }
    }

    it('lists like the real one, page by page', async () => {
      const ids = [await create('row1'), await create('row2'), await create('row3')]
      for (const { fake: inFake, real: inReal } of ids.slice(1)) {
        await both((engine) => `/containers/${engine === 'fake' ? inFake : inReal}/start`, { method: 'POST' })
      }
      const label = [`amphora.owner=${site.owner}`]
      const query = { all: '1', limit: '2', filters: JSON.stringify({ label }) }
      const first = await both('/containers/json', { query })
      expectAlike(first)
      const names = (answer: Answer): readonly string[] =>
        (answer.body as { Names: string[] }[]).flatMap(({ Names }) => Names)
      expect(names(first.fake)).toEqual(names(first.real))
      const last = {
        fake: (first.fake.body as { Id: string }[]).at(-1)?.Id,
        real: (first.real.body as { Id: string }[]).at(-1)?.Id,
      }
      const next = {
        fake: await page('fake', last.fake ?? ''),
        real: await page('real', last.real ?? ''),
      }
      expectAlike(next)
      expect(names(next.fake)).toContain(`/${site.owner}-row1`)
      expect(names(next.fake).filter((name) => name.endsWith('row1'))).toEqual(
        names(next.real).filter((name) => name.endsWith('row1')),
      )
      expectAlike({ fake: await page('fake', ABSENT), real: await page('real', ABSENT) })
    })

    async function page(engine: 'fake' | 'real', before: string): Promise<Answer> {
      const filters = JSON.stringify({ label: [`amphora.owner=${site.owner}`], before: [before] })
      const socketPath = engine === 'fake' ? fake.socketPath : site.testbed.socketPath
      const response = await dockerRequest('/containers/json', { query: { all: '1', limit: '2', filters }, socketPath })
      return { status: response.status, body: response.json() }
    }

    it.each([
      ['GET', '/_ping', undefined],
      ['GET', '/networks/bridge', undefined],
      ['GET', '/networks/no-such-network', undefined],
      ['GET', '/images/nobody%2Fnothing%3A1/json', undefined],
      ['GET', `/containers/${ABSENT}/json`, undefined],
      ['POST', `/containers/${ABSENT}/start`, undefined],
      ['POST', `/containers/${ABSENT}/pause`, undefined],
      ['DELETE', `/containers/${ABSENT}?force=1`, undefined],
      ['POST', `/networks/no-such-network/connect`, { Container: ABSENT }],
      ['POST', `/networks/bridge/connect`, { Container: ABSENT }],
      ['POST', '/containers/create?name=x', { Image: 'amphora/haproxy:test' }],
      ['POST', '/containers/create?name=refused-1', { Image: 'nobody/nothing:1' }],
      ['POST', '/containers/create?name=refused-1', { Image: 'UPPER/Case:1' }],
      ['POST', '/containers/create?name=refused-1', { Image: 'amphora/haproxy:test', HostConfig: { Memory: 1 } }],
      ['POST', '/containers/create?name=refused-1', { Image: 'amphora/haproxy:test', HostConfig: { NanoCpus: 4e15 } }],
      [
        'POST',
        '/containers/create?name=refused-1',
        { Image: 'amphora/haproxy:test', HostConfig: { StorageOpt: { size: '1G' } } },
      ],
      [
        'POST',
        '/containers/create?name=refused-1',
        { Image: 'amphora/haproxy:test', NetworkingConfig: { EndpointsConfig: { bridge: {}, other: {} } } },
      ],
      ['POST', '/images/create?fromImage=127.0.0.1:1/nobody/nothing&tag=1', undefined],
    ])('answers %s %s like the real one', async (method, path, body) => {
      const { fake: ours, real } = await both(path, { method, ...(body === undefined ? {} : { body }) })
      expect(ours.status).toBe(real.status)
      expect(differences(ours.body, real.body)).toEqual([])
    })

    it("refuses a second container of a name in the real one's words", async () => {
      await create('twice')
      const answers = await both('/containers/create', {
        method: 'POST',
        query: { name: `${site.owner}-twice` },
        body: { Image: image },
      })
      expectAlike(answers)
      const words = ({ body }: Answer): string => (body as { message: string }).message.replace(/[0-9a-f]{64}/, 'ID')
      expect(words(answers.fake)).toBe(words(answers.real))
    })

    it("tells of events in the real one's shape", async () => {
      await create('told')
      const [ours, theirs] = await Promise.all([firstEvent(fake.socketPath), firstEvent(site.testbed.socketPath)])
      expect(differences(ours, theirs)).toEqual([])
      expect(ours).toMatchObject({ Action: 'create', Type: 'container' })
      expect(theirs).toMatchObject({ Action: 'create', Type: 'container' })
    })

    function firstEvent(socketPath: string): Promise<unknown> {
      const filters = encodeURIComponent(
        JSON.stringify({ type: ['container'], label: [`amphora.owner=${site.owner}`], event: ['create'] }),
      )
      return new Promise((resolve, reject) => {
        const request = httpRequest(
          { socketPath, path: `/events?since=${Math.floor(Date.now() / 1000) - 60}&filters=${filters}`, agent: false },
          (response) => {
            response.once('data', (piece: Buffer) => {
              resolve(JSON.parse(piece.toString().split('\n')[0] ?? ''))
              request.destroy()
            })
          },
        )
        request.on('error', reject)
        request.end()
      })
    }
  },
)
