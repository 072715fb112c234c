import { AmphoraComputeError, silentLogger, type Logger } from '@amphora/core'
import { createManualClock, type ManualClock } from '@amphora/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Service, Session } from '../src/index.ts'
import { createCloud, endless, failure, listServers, novaOf, type Cloud } from './cloud.ts'
import { LOGIN, PROJECT, unauthorized } from './fake-keystone.ts'

const MINUTE = 60_000
const SERVERS = 'GET /v2.1/servers'
const stop = new AmphoraComputeError('enough', { code: 'cancelled' })
const thousand = Array.from({ length: 1000 }, (_none, at) => at)

let clock: ManualClock
let cloud: Cloud
let warnings: object[]
let session: Session
let nova: Service

beforeEach(async () => {
  clock = createManualClock()
  cloud = await createCloud(() => clock.now())
  warnings = []
  const logger: Logger = { ...silentLogger, warn: (fields, message) => void warnings.push({ ...fields, message }) }
  session = cloud.session({}, { clock, logger })
  nova = novaOf(session)
})
afterEach(() => cloud.close())

describe('1 000 callers at once', () => {
  it('make one login', async () => {
    const projects = await Promise.all(thousand.map(() => session.project(endless())))
    expect(new Set(projects.map((project) => project?.id))).toEqual(new Set([PROJECT.id]))
    expect(cloud.keystone.server.count()).toBe(1)
  })

  it('make one login more where all are told 401', async () => {
    await listServers(nova)
    cloud.keystone.tokens.clear()
    await Promise.all(thousand.map(() => listServers(nova)))
    expect(cloud.keystone.logins()).toBe(2)
    expect(cloud.nova.count()).toBe(1 + 1000 + 1000)
  })

  it('make one login more where the token has ended', async () => {
    await listServers(nova)
    await clock.advance(2 * 60 * MINUTE)
    await Promise.all(thousand.map(() => session.project(endless())))
    expect(cloud.keystone.logins()).toBe(2)
  })

  it('fail together where it fails, and the next one tries again', async () => {
    await cloud.keystone.server.inject({ kind: 'status', status: 503, times: 1 })
    const outcomes = await Promise.allSettled(thousand.map(() => listServers(nova)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([])
    expect(cloud.keystone.logins()).toBe(1)
    await listServers(nova)
    expect(cloud.keystone.logins()).toBe(2)
  })
})

describe('a token is renewed', () => {
  it.each([
    ['5 to 6 minutes before it ends', 60, 54, 55],
    ['at 80 % of its life, where that is short', 10, 8, 8],
    ['at 80 % of its life, where that is very short', 1, 0.8, 0.8],
    ['5 to 6 minutes before it ends, where that is long', 24 * 60, 24 * 60 - 6, 24 * 60 - 5],
  ])('%s: of %d minutes after %d to %d', async (_when, life, earliest, latest) => {
    cloud.keystone.lifeMs = life * MINUTE
    await listServers(nova)
    await clock.advance(earliest * MINUTE - 2_000)
    await listServers(nova)
    expect(cloud.keystone.logins()).toBe(1)
    await clock.advance((latest - earliest) * MINUTE + 2_000)
    await listServers(nova)
    await cloud.keystone.server.seen(LOGIN, 2)
    await cloud.keystone.server.idle()
    await listServers(nova)
    expect(cloud.keystone.logins()).toBe(2)
  })

  it('on the side: nobody waits for it, and the old one is used until the new one is there', async () => {
    await listServers(nova)
    await clock.advance(56 * MINUTE)
    const hanging = await cloud.keystone.server.inject({ kind: 'hang' })
    await Promise.all(thousand.slice(0, 50).map(() => listServers(nova)))
    await cloud.keystone.server.seen(LOGIN, 2)
    expect(cloud.keystone.logins()).toBe(2)
    expect(new Set(cloud.nova.requests(SERVERS).map(({ headers }) => headers['x-auth-token'])).size).toBe(1)
    await hanging.dispose()
  })

  it('by its own time, whatever our clock says', async () => {
    clock.jump(-400 * 24 * 60 * MINUTE)
    const right = Date.now()
    const other = await createCloud(() => right)
    const service = novaOf(other.session({}, { clock }))
    await listServers(service)
    await clock.advance(50 * MINUTE)
    clock.jump(800 * 24 * 60 * MINUTE)
    await listServers(service)
    expect(other.keystone.logins()).toBe(1)
    await other.close()
  })

  it('in vain without harm while it is still good, and not again within 10 s', async () => {
    await listServers(nova)
    await clock.advance(56 * MINUTE)
    await cloud.keystone.server.inject({ kind: 'status', status: 503, json: { message: 'canary' } })
    for (const at of [1, 2, 3]) {
      await listServers(nova)
      await cloud.keystone.server.seen(LOGIN, 2, 'finished')
      expect([at, cloud.keystone.logins()]).toEqual([at, 2])
    }
    await clock.advance(10_000)
    await listServers(nova)
    await cloud.keystone.server.seen(LOGIN, 3, 'finished')
    expect(warnings).toContainEqual({
      code: 'unavailable',
      reason: undefined,
      status: 503,
      requestId: undefined,
      message: 'our token was not renewed, and is used until it ends',
    })
    expect(JSON.stringify(warnings)).not.toContain('canary')
  })

  it('on the side for 30 s at most', async () => {
    await listServers(nova)
    await clock.advance(56 * MINUTE)
    await cloud.keystone.server.inject({ kind: 'hang', times: 1 })
    await listServers(nova)
    await cloud.keystone.server.seen(LOGIN, 2)
    await clock.advance(30_000)
    await cloud.keystone.server.seen(LOGIN, 2, 'finished')
    await listServers(nova)
    await cloud.keystone.server.seen(LOGIN, 3, 'finished')
    expect(warnings).toEqual([expect.objectContaining({ code: 'deadline-exceeded' })])
  })
})

it('a token that somebody else got is not asked about again, and used until it is refused', async () => {
  const service = novaOf(cloud.session({ auth: { token: cloud.keystone.issue() } }, { clock }))
  await listServers(service)
  for (const minutes of [56, 10]) {
    await clock.advance(minutes * MINUTE)
    await listServers(service)
  }
  expect(cloud.keystone.server.count()).toBe(1)
})

describe('a 401', () => {
  it('is answered with one renewal and one repeat', async () => {
    await listServers(nova)
    const [first] = cloud.keystone.tokens
    cloud.keystone.tokens.clear()
    await listServers(nova)
    const [second] = cloud.keystone.tokens
    expect(cloud.nova.requests().map(({ headers }) => headers['x-auth-token'])).toEqual([first, first, second])
    expect(cloud.keystone.logins()).toBe(2)
  })

  it('after that is unauthenticated', async () => {
    cloud.nova.route(SERVERS, () => unauthorized())
    const error = await failure(listServers(nova))
    expect(error).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      requestId: 'req-401',
      verdict: 'refused',
      message: 'Nova would not list servers: it does not accept our token, which was renewed where that can be done',
    })
    expect(cloud.nova.count()).toBe(2)
    expect(cloud.keystone.logins()).toBe(2)
  })

  it('that comes late, for the old token, renews nothing more', async () => {
    let release = (): void => undefined
    await listServers(nova)
    const [old] = cloud.keystone.tokens
    cloud.nova.route('GET /v2.1/slow', async (request) => {
      if (request.headers['x-auth-token'] !== old) return { json: {} }
      await new Promise<void>((resolve) => (release = resolve))
      return unauthorized()
    })
    const slow = nova.send({ method: 'GET', path: ['slow'], signal: endless(), step: 'be slow' })
    await cloud.nova.seen('GET /v2.1/slow')
    cloud.keystone.tokens.clear()
    await listServers(nova)
    expect(cloud.keystone.logins()).toBe(2)
    release()
    expect(await slow).toMatchObject({ status: 200 })
    expect(cloud.keystone.logins()).toBe(2)
  })

  it('whose renewal fails says why, and that nothing was done', async () => {
    await listServers(nova)
    cloud.keystone.tokens.clear()
    await cloud.keystone.server.inject({ kind: 'status', status: 503 })
    expect(await failure(listServers(nova))).toMatchObject({ code: 'unavailable', verdict: 'unsent', status: 503 })
  })
})

describe('whoever stops waiting', () => {
  it('does not stop the login for the others', async () => {
    const [first, second] = [new AbortController(), new AbortController()]
    cloud.keystone.server.route(LOGIN, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { status: 201, headers: { 'x-subject-token': cloud.keystone.issue() }, json: TOKEN(cloud) }
    })
    const waiting = [first, second].map(({ signal }) => listServers(nova, signal))
    const rejected = failure(Promise.resolve(waiting[0]))
    await cloud.keystone.server.seen(LOGIN)
    first.abort(stop)
    expect(await rejected).toMatchObject({ message: 'enough', code: 'cancelled', verdict: 'unsent' })
    await waiting[1]
    expect(cloud.keystone.logins()).toBe(1)
  })

  it('stops it where nobody else waits, and the next one begins anew', async () => {
    const hanging = await cloud.keystone.server.inject({ kind: 'hang', times: 1 })
    const controllers = [new AbortController(), new AbortController()]
    const failures = controllers.map(({ signal }) => failure(listServers(nova, signal)))
    await cloud.keystone.server.seen(LOGIN)
    for (const controller of controllers) controller.abort(stop)
    await Promise.all(failures)
    await cloud.keystone.server.seen(LOGIN, 1, 'finished')
    expect(hanging.hits).toBe(1)
    await listServers(nova)
    expect(cloud.keystone.logins()).toBe(2)
  })

  it('does not wait for a login that hangs', async () => {
    await cloud.keystone.server.inject({ kind: 'hang' })
    const controller = new AbortController()
    const failing = failure(listServers(nova, controller.signal))
    await cloud.keystone.server.seen(LOGIN)
    const startedAt = performance.now()
    controller.abort(stop)
    await failing
    expect(performance.now() - startedAt).toBeLessThan(250)
  })
})

const TOKEN = ({ nova: server }: Cloud): object => ({
  token: {
    expires_at: new Date(clock.now() + 60 * MINUTE).toISOString(),
    catalog: [
      {
        type: 'compute',
        endpoints: [{ interface: 'public', region_id: 'RegionOne', url: `${server.url}/v2.1` }],
      },
    ],
  },
})

it('the catalogue of a new token is the one that counts', async () => {
  await listServers(nova)
  const elsewhere = await createCloud()
  elsewhere.nova.route(SERVERS, () => ({ json: { servers: [] } }))
  cloud.keystone.catalogue.set('compute', `${elsewhere.nova.url}/v2.1`)
  cloud.keystone.tokens.clear()
  await listServers(nova)
  expect([cloud.nova.count(), elsewhere.nova.count()]).toEqual([2, 1])
  await elsewhere.close()
})
