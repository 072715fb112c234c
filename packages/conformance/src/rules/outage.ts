import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { AmphoraComputeError } from '@amphora/core'
import type { Verb } from '../backend-control.ts'
import { rejects } from '../judge/expect.ts'
import type { Rule, RuleId } from '../rule.ts'
import type { Scene } from '../run/scene.ts'
import { callOf } from './verb-calls.ts'

/** A backend that does not answer says nothing about what it holds. */
export const outageRules: readonly Rule[] = [
  {
    id: 'outage/build',
    level: 'must',
    title: '`unavailable`, and the outcome `not-created`, since nothing can have been sent',
    needs: ['down'],
    check: async (scene) => {
      const name = scene.name()
      await scene.during(scene.backend.down(), async () => {
        const error = await rejects(scene.compute.build(scene.request(name)), 'build', 'unavailable')
        assert.equal('outcome' in error && error.outcome, 'not-created')
      })
      await scene.settle()
      assert.deepEqual(await scene.named(name), [], 'what exists of it afterwards')
    },
  },
  during('outage/status', 'status', '`unavailable`: never `unknown`, `deleted` or not-found'),
  during('outage/get', 'getAmphora', '`unavailable`: never `unknown`, `deleted` or not-found'),
  during('outage/list', 'list', 'rejects: never empty'),
  during('outage/find', 'find', 'rejects: never empty'),
  {
    ...during('outage/delete', 'delete', 'rejects: never resolves'),
    check: async (scene) => {
      const { id } = await scene.active()
      await scene.during(scene.backend.down(), () => rejects(scene.compute.delete(id), 'delete', 'unavailable'))
      assert.equal((await scene.compute.status(id)).state, 'active', 'afterwards')
    },
  },
  {
    ...during('outage/suspend', 'suspend', 'rejects: never resolves'),
    when: { declares: 'suspend' },
  },
  {
    id: 'outage/wait',
    level: 'must',
    title: 'a wait for `deleted` waits through an outage: it never resolves in one',
    needs: ['down'],
    check: async (scene) => {
      const { compute, limits } = scene
      const { id } = await scene.active()
      const stop = new AbortController()
      let end = 'nothing yet'
      const gone = compute.waitFor(id, 'deleted', { timeoutMs: limits.stateMs, signal: stop.signal }).then(
        () => (end = 'resolved'),
        (error: Error) => (end = error.message),
      )
      await scene.during(scene.backend.down(), async () => {
        await sleep(limits.patienceMs)
        assert.equal(end, 'nothing yet', 'the end of a wait for `deleted` in an outage')
      })
      stop.abort()
      await gone
    },
  },
  {
    id: 'outage/check',
    level: 'must',
    title: '`check` tells the failure instead of throwing it, and none when all is well',
    needs: ['down'],
    check: async (scene) => {
      const health = async () => (await scene.compute.check()).map(({ failure }) => failure?.code)
      assert.deepEqual(await health(), [undefined])
      await scene.during(scene.backend.down(), async () => assert.deepEqual(await health(), ['unavailable']))
    },
  },
  {
    id: 'outage/recovers',
    level: 'must',
    title: 'when the backend is back, the same binding works again',
    needs: ['down'],
    check: async (scene) => {
      const compute = await scene.connect({ breaker: { openForMs: 50 } })
      const before = await scene.active(scene.name(), compute)
      await scene.during(scene.backend.down(), async () => {
        await Promise.allSettled([
          compute.status(before.id),
          scene.build(scene.name(), compute),
          compute.delete(before.id),
        ])
      })
      await again(scene, () => compute.status(before.id))
      const after = await again(scene, () => scene.active(scene.name(), compute))
      const listed = await scene.list(compute)
      assert.deepEqual(listed.map(({ id }) => id).sort(), [before.id, after.id].sort(), 'what is listed afterwards')
    },
  },
]

function during(id: RuleId, verb: Verb, title: string): Rule {
  return {
    id,
    level: 'must',
    title: `\`${verb}\` ${title}`,
    needs: ['down'],
    check: async (scene) => {
      const amphora = await scene.active()
      await scene.during(scene.backend.down(), () => rejects(callOf(verb, scene, amphora, {}), verb, 'unavailable'))
    },
  }
}

/** A circuit that the outage has opened lets the first call through after a while. */
async function again<T>(scene: Scene, call: () => Promise<T>): Promise<T> {
  const until = performance.now() + scene.limits.stateMs
  for (;;) {
    try {
      return await call()
    } catch (error) {
      const { reason } = AmphoraComputeError.from(error)
      if (reason !== 'core/circuit-open' || performance.now() > until) throw error
      await sleep(50)
    }
  }
}
