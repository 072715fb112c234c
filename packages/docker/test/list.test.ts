import { afterEach, describe, expect, it } from 'vitest'
import { testCall, testOrder } from './call.ts'
import { all, bench, failure, type Bench } from './driver.ts'
import type { FakeContainer } from './fake-engine.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

const labels = (name: string): Record<string, string> => ({ 'amphora.owner': 'amphora', 'amphora.name': name })

async function fleet(size: number): Promise<Bench & { readonly planted: readonly FakeContainer[] }> {
  open = await bench()
  const { engine } = open
  const planted = Array.from({ length: size }, (_, index) =>
    engine.plant(`amphora-web-${index}`, labels(`web-${index}`)),
  )
  return { ...open, planted }
}

async function names({ driver }: Bench): Promise<readonly string[]> {
  return (await all(driver.list(testCall()))).map(({ name }) => name)
}

describe('list', () => {
  it('of nothing is empty', async () => {
    open = await bench()
    expect(await names(open)).toEqual([])
  })

  it('is complete over the borders of pages, each once', async () => {
    const made = await fleet(2500)
    const found = await names(made)
    expect(found).toHaveLength(2500)
    expect(new Set(found).size).toBe(2500)
    expect(made.engine.server.count()).toBe(3)
  })

  it('asks for one page at a time', async () => {
    const made = await fleet(1500)
    for await (const _amphora of made.driver.list(testCall())) break
    expect(made.engine.server.count()).toBe(1)
  })

  it('begins anew where the last of a page is deleted meanwhile, and gives nothing twice', async () => {
    const made = await fleet(2100)
    const found: string[] = []
    for await (const { name } of made.driver.list(testCall())) {
      found.push(name)
      // The last of the first page: the engine cannot list what is older than something that is gone.
      if (found.length === 1000) {
        const last = made.engine.named(`amphora-${name}`)
        await made.driver.delete(last?.id ?? '', testCall())
        made.engine.server.clear()
      }
    }
    expect(found).toHaveLength(2100)
    expect(new Set(found).size).toBe(2100)
  })

  it('gives up where every page is lost', async () => {
    const made = await fleet(1200)
    await using lost = await made.engine.server.inject({
      kind: 'status',
      on: ({ query }) => (query.get('filters') ?? '').includes('before'),
      status: 500,
      json: { message: 'no such container x' },
    })
    expect(await failure(names(made))).toMatchObject({ code: 'conflict', reason: 'docker/page-lost' })
    expect(lost.hits).toBeLessThan(20)
  })

  it('looks closer only at rows that do not tell enough', async () => {
    const made = await fleet(5)
    const [killed, failed, sick, nameless] = made.planted
    killed?.inspection()
    if (killed !== undefined) Object.assign(killed.state, { Status: 'exited', ExitCode: 137, OOMKilled: true })
    if (failed !== undefined)
      Object.assign(failed.state, { Status: 'created', ExitCode: 128, Error: 'network x not found' })
    if (sick !== undefined) {
      sick.state.Health = {
        Status: 'unhealthy',
        FailingStreak: 3,
        Log: [{ Start: '', End: '', ExitCode: 1, Output: 'refused' }],
      }
    }
    if (nameless !== undefined)
      Object.assign(nameless, {
        row: () => ({ ...nameless.inspection(), Names: null, State: 'removing', Labels: nameless.labels }),
      })
    const found = await all(made.driver.list(testCall()))
    expect(Object.fromEntries(found.map(({ name, status }) => [name, status.fault ?? status.state]))).toEqual({
      'web-0': 'out of memory',
      'web-1': 'network x not found',
      'web-2': 'refused',
      'web-3': 'active',
      'web-4': 'active',
    })
    expect(made.engine.server.count()).toBe(1 + 4)
  })

  it('leaves out what vanishes while it looks closer', async () => {
    const made = await fleet(2)
    const [gone] = made.planted
    if (gone !== undefined) gone.state.Status = 'created'
    made.engine.server.route('GET /containers/{id}/json', () => ({
      status: 404,
      json: { message: 'No such container' },
    }))
    expect(await names(made)).toEqual(['web-1'])
  })

  it('counts only when it is complete: a second page that fails fails the list', async () => {
    const made = await fleet(1500)
    await using _fault = await made.engine.server.inject({
      kind: 'cut-body',
      on: ({ query }) => (query.get('filters') ?? '').includes('before'),
    })
    expect(await failure(names(made))).toMatchObject({ code: 'unavailable' })
  })

  it.each([
    ['an object', {}],
    ['rows that are none', [{}]],
    ['one row that is none', [null]],
  ])('is refused where it is %s', async (_what, json) => {
    const made = await fleet(1)
    await using _fault = await made.engine.server.inject({ kind: 'wrong-shape', json })
    expect(await failure(names(made))).toMatchObject({ code: 'internal', reason: 'docker/unreadable-answer' })
  })

  it('shows an amphora that was built', async () => {
    open = await bench()
    const id = await open.driver.build(testOrder(), testCall())
    expect(await all(open.driver.list(testCall()))).toEqual([await open.driver.getAmphora(id, testCall())])
  })
})
