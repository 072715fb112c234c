import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { AmphoraBuildError } from '@amphora/core'
import type { Verb } from '../backend-control.ts'
import { rejects } from '../judge/expect.ts'
import type { DriverCall } from '../observe/driver-log.ts'
import type { Rule } from '../rule.ts'
import type { Built, Scene } from '../run/scene.ts'
import { sendsNothing } from './refusals.ts'
import { asked, callOf, changes, READS } from './verb-calls.ts'

/** How soon a call ends after its signal has aborted, milliseconds. */
const SOON_MS = 250
/** A stall of this process is not the driver's: it is given this often. */
const TRIES = 3

/** What the caller's signal and the caller's deadline mean. */
export const signalRules: readonly Rule[] = [
  {
    id: 'signal/before',
    level: 'must',
    title: 'a signal that is aborted already: `cancelled`, and nothing is sent',
    needs: ['requests'],
    check: async (scene) => {
      const amphora = await scene.active()
      const signal = AbortSignal.abort()
      await sendsNothing(scene, async () => {
        for (const verb of ['build', ...READS, ...changes(scene)] as const) {
          await rejects(callOf(verb, scene, amphora, { signal }), verb, 'cancelled')
        }
      })
    },
  },
  {
    id: 'signal/during',
    level: 'must',
    title: 'a call rejects within 250 ms of the abort, `cancelled`; so does what the driver does for it',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      for (const verb of ['build', ...READS, ...changes(scene)] as const) await endsSoon(scene, verb, amphora)
    },
  },
  {
    id: 'signal/build-is-tracked',
    level: 'must',
    title: 'a build that is cancelled on its way: an id, or the outcome `in-doubt`, or nothing exists',
    needs: ['inject', 'settle'],
    check: async (scene) => {
      for (const kind of ['hang', 'slow-drip'] as const) {
        await tracked(scene, kind, async (name) => {
          const stop = new AbortController()
          const seen = scene.calls.count('build')
          const build = scene.compute.build(scene.request(name), { signal: stop.signal })
          build.catch(() => {})
          await scene.calls.next('build', seen)
          await sleep(scene.limits.patienceMs / 5)
          stop.abort()
          return rejects(build, 'a cancelled build', 'cancelled')
        })
      }
    },
  },
  {
    id: 'deadline/build',
    level: 'must',
    title:
      'a build that is not answered in time: `deadline-exceeded`; an id, or the outcome `in-doubt`, or nothing exists',
    needs: ['inject', 'settle'],
    check: async (scene) => {
      const timeoutMs = scene.limits.patienceMs
      for (const kind of ['hang', 'slow-drip'] as const) {
        await tracked(scene, kind, async (name) =>
          rejects(scene.compute.build(scene.request(name), { timeoutMs }), 'a build that hangs', 'deadline-exceeded'),
        )
      }
    },
  },
  {
    id: 'deadline/status',
    level: 'must',
    title: '`status` that is not answered in time: `deadline-exceeded`',
    needs: ['inject'],
    check: async (scene) => {
      const { compute, limits } = scene
      const { id } = await scene.active()
      const timeoutMs = limits.patienceMs
      await scene.during(scene.backend.inject({ on: 'status', kind: 'hang' }), async () => {
        await rejects(compute.status(id, { timeoutMs }), 'status', 'deadline-exceeded')
      })
      assert.equal((await compute.status(id)).state, 'active', 'afterwards')
    },
  },
]

/** Best of a few, since a busy machine is late too. */
async function endsSoon(scene: Scene, verb: Verb, amphora: Built): Promise<void> {
  let shortest = Number.POSITIVE_INFINITY
  for (let turn = 1; turn <= TRIES && shortest > SOON_MS; turn += 1) {
    shortest = Math.min(shortest, await msAfterAbort(scene, verb, amphora))
  }
  assert.ok(
    shortest <= SOON_MS,
    `the driver's ${verb} ends within ${SOON_MS} ms of the abort; it took ${shortestWords(shortest)}`,
  )
}

async function msAfterAbort(scene: Scene, verb: Verb, amphora: Built): Promise<number> {
  return scene.during(scene.backend.inject({ on: verb, kind: 'hang' }), async () => {
    const stop = new AbortController()
    const seen = scene.calls.count(asked(verb, scene))
    const call = callOf(verb, scene, amphora, { signal: stop.signal })
    call.catch(() => {})
    const underlying = await scene.calls.next(asked(verb, scene), seen)
    await sleep(20)
    stop.abort()
    const abortedAt = performance.now()
    await rejects(call, verb, 'cancelled')
    const caller = performance.now() - abortedAt
    return Math.max(caller, await settledAfter(underlying))
  })
}

/** A stream is stopped by its consumer, once the page that was asked for has failed. */
async function settledAfter(call: DriverCall): Promise<number> {
  const waiting = new AbortController()
  const never = sleep(5 * SOON_MS, undefined, { signal: waiting.signal }).catch(() => {})
  await Promise.race([call.settled, never])
  waiting.abort()
  return call.msAfterAbort ?? Number.POSITIVE_INFINITY
}

function shortestWords(ms: number): string {
  return Number.isFinite(ms) ? `${Math.round(ms)} ms` : `more than ${5 * SOON_MS} ms`
}

/** Whatever became of the build, its error is true, and the same build repeated gives the one instance. */
async function tracked(
  scene: Scene,
  kind: 'hang' | 'slow-drip',
  failing: (name: string) => Promise<Error>,
): Promise<void> {
  const name = scene.name()
  const error = await scene.during(scene.backend.inject({ on: 'build', kind }), () => failing(name))
  assert.ok(error instanceof AmphoraBuildError, 'a build fails with AmphoraBuildError')
  assert.equal(error.amphoraName, name, 'the error tells the name')
  await scene.settle()
  const found = await scene.named(name)
  assert.ok(found.length <= 1, `instances of the name; found ${found.length}`)
  if (error.outcome === 'not-created') assert.deepEqual(found, [], 'the outcome is not-created')
  if (error.outcome === 'created-then-failed') assert.equal(error.amphoraId, found[0], 'the id that the error tells')
  const { id } = await scene.active(name)
  assert.deepEqual(await scene.named(name), [id], 'instances when the build is repeated')
}
