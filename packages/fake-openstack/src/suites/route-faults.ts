import { getEventListeners } from 'node:events'
import {
  createFakeServer,
  type FakeServer,
  type RequestFault,
  type RouteTemplate,
} from '@amphora/conformance/fake-server'
import { AmphoraComputeError } from '@amphora/core'
import { failure } from '@amphora/test-tools'
import { describe, expect, it } from 'vitest'
import { testCall, type TestCall } from '../toolkit/test-call.ts'

/** A verb of a driver. */
export interface FaultVerb {
  /** Every route of the service that it uses. */
  readonly routes: readonly RouteTemplate[]
  readonly run: (call: TestCall) => Promise<unknown>
}

/** A driver on a service whose answers can be made to fail. */
export interface FaultSubject {
  readonly verbs: Readonly<Record<string, FaultVerb>> &
    Readonly<Record<'build' | 'status' | 'list' | 'getAmphora', FaultVerb>>
  /** Puts the instance into the state from which the verb starts. */
  readonly prepare: (verb: string) => void
  /** Whether the verb reads what this route answers. */
  readonly reads: (verb: string, on: RouteTemplate) => boolean
  /** What a build that fails at this route says is left behind. */
  readonly outcome: (on: RouteTemplate) => 'in-doubt' | 'not-created'
  /** What the reasons of the driver's errors begin with. */
  readonly reasonPrefix: string
  readonly server: () => FakeServer
  readonly keystone: () => FakeServer
  /** A build by a driver that has not logged in yet. */
  readonly firstBuild: (call: TestCall) => Promise<unknown>
  /** What has arrived since the test began. */
  readonly trail: () => readonly string[]
}

/** Every verb with every route that it uses. */
export function cellsOf({ verbs }: FaultSubject): readonly (readonly [verb: string, on: RouteTemplate])[] {
  return Object.entries(verbs).flatMap(([verb, { routes }]) => routes.map((on) => [verb, on] as const))
}

function run({ verbs }: FaultSubject, verb: string, call: TestCall): Promise<unknown> {
  const found = verbs[verb]
  if (found === undefined) throw new Error(`there is no verb ${verb}`)
  return found.run(call)
}

/** The error of a verb of which a request fails like this. */
export async function failureUnder(
  subject: FaultSubject,
  verb: string,
  fault: RequestFault,
): Promise<AmphoraComputeError> {
  subject.prepare(verb)
  await using injected = await subject.server().inject(fault)
  const error = await failure(run(subject, verb, testCall()))
  expect(injected.hits).toBeGreaterThan(0)
  if (error instanceof AmphoraComputeError) return error
  throw new Error(`${verb} rejects with something else`, { cause: error })
}

/** What every driver of an OpenStack service makes of a service that fails: at each route of each verb, and as a whole. */
export function routeFaultSuite(subject: FaultSubject): void {
  const { verbs, prepare, reads, reasonPrefix, server, keystone, firstBuild, trail } = subject
  const cells = cellsOf(subject)
  const outcome = (verb: string, on: RouteTemplate): object =>
    verb === 'build' ? { outcome: subject.outcome(on) } : {}
  const notCreated = (verb: string): object => (verb === 'build' ? { outcome: 'not-created' } : {})

  describe.each(cells)('%s, where %s', (verb, on) => {
    it('breaks off is unavailable', async () => {
      for (const fault of [
        { kind: 'reset-before', on },
        { kind: 'cut-body', on, act: false },
      ] as const) {
        const lost = { code: 'unavailable', reason: 'http/connection-lost', ...outcome(verb, on) }
        expect(await failureUnder(subject, verb, fault)).toMatchObject(lost)
      }
    })

    it('answers 502, 503 or 504 is unavailable, and 500 is internal', async () => {
      for (const [status, code] of [
        [502, 'unavailable'],
        [503, 'unavailable'],
        [504, 'unavailable'],
        [500, 'internal'],
      ] as const) {
        const error = await failureUnder(subject, verb, { kind: 'status', on, status, text: '<html>' })
        expect(error).toMatchObject({ code, ...outcome(verb, on) })
      }
    })

    it('points elsewhere goes nowhere', async () => {
      await using elsewhere = await createFakeServer()
      for (const status of [302, 307, 308] as const) {
        const fault = { kind: 'redirect', on, to: `${elsewhere.url}/stolen`, status } as const
        const refused = { code: 'internal', reason: `${reasonPrefix}/unexpected-redirect`, ...outcome(verb, on) }
        expect(await failureUnder(subject, verb, fault)).toMatchObject(refused)
      }
      expect(elsewhere.count()).toBe(0)
    })

    it('says nothing rejects as soon as the signal aborts', async () => {
      prepare(verb)
      await using _hang = await server().inject({ kind: 'hang', on })
      const call = testCall()
      const ended = failure(run(subject, verb, call))
      await server().seen(on)
      const abortedAt = performance.now()
      call.abort('deadline-exceeded')
      expect(await ended).toMatchObject({ code: 'deadline-exceeded', ...outcome(verb, on) })
      expect(performance.now() - abortedAt).toBeLessThan(250)
      expect(getEventListeners(call.signal, 'abort')).toEqual([])
    })
  })

  describe.each(cells.filter(([verb, on]) => reads(verb, on)))('%s, where %s', (verb, on) => {
    it('answers with something else is internal', async () => {
      const wrong: readonly RequestFault[] = [
        { kind: 'malformed', act: false },
        { kind: 'empty', act: false },
        { kind: 'wrong-shape', act: false },
        { kind: 'wrong-shape', act: false, json: [] },
        { kind: 'wrong-shape', act: false, json: null },
        { kind: 'wrong-shape', act: false, json: 7 },
      ]
      for (const fault of wrong) {
        const error = await failureUnder(subject, verb, { ...fault, on })
        expect(error).toMatchObject({ code: 'internal', ...outcome(verb, on) })
      }
    })
  })

  describe('an outage', () => {
    it('is unavailable, and nothing of a build was sent', async () => {
      await using _down = await server().down()
      for (const [verb, { run }] of Object.entries(verbs)) {
        expect(await failure(run(testCall()))).toMatchObject({ code: 'unavailable', ...notCreated(verb) })
      }
    })

    it('of Keystone before the first call is unavailable, and nothing was sent', async () => {
      await using _down = await keystone().down()
      const refused = { code: 'unavailable', outcome: 'not-created' }
      expect(await failure(firstBuild(testCall()))).toMatchObject(refused)
      expect(server().count()).toBe(0)
    })
  })

  describe('a signal', () => {
    it('that has aborted lets nothing be sent', async () => {
      for (const [verb, { run }] of Object.entries(verbs)) {
        const call = testCall()
        call.abort()
        expect(await failure(run(call))).toMatchObject({ code: 'cancelled', ...notCreated(verb) })
      }
      expect(trail()).toEqual([])
    })

    it('keeps no listener after many calls', async () => {
      const call = testCall()
      for (let at = 0; at < 50; at += 1) await verbs.status.run(call)
      await verbs.list.run(call)
      await verbs.getAmphora.run(call)
      expect(getEventListeners(call.signal, 'abort')).toEqual([])
    })
  })
}
