import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Amphora, AmphoraState } from '@amphora/core'
import { rejects } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'

export const watchRules: readonly Rule[] = [
  {
    id: 'watch/sees-changes',
    level: 'must',
    title: 'what there is, and then every change, as it is seen',
    when: { declares: 'watch' },
    check: async (scene) => {
      const before = await scene.active()
      const watching = watch(scene)
      try {
        await watching.sees(before.id, 'active')
        const { id } = await scene.build()
        await watching.sees(id, 'active')
        if (scene.capabilities.suspend === undefined) return
        await scene.compute.suspend(id)
        await watching.sees(id, 'suspended')
        await scene.compute.resume(id)
        await watching.sees(id, 'active', 2)
      } finally {
        await watching.stop()
      }
    },
  },
  {
    id: 'watch/sees-deletion',
    level: 'must',
    title: '`deleted` for what is gone',
    when: { declares: 'watch' },
    check: async (scene) => {
      const { id } = await scene.active()
      const watching = watch(scene)
      try {
        await watching.sees(id, 'active')
        await scene.compute.delete(id)
        await watching.sees(id, 'deleted')
      } finally {
        await watching.stop()
      }
    },
  },
  {
    id: 'watch/outage',
    level: 'must',
    title: 'an outage rejects, and never ends the stream in silence',
    when: { declares: 'watch' },
    needs: ['down'],
    check: async (scene) => {
      const { id } = await scene.active()
      const watching = watch(scene)
      await watching.sees(id, 'active')
      const ended = rejects(watching.ended, 'the watch', 'unavailable')
      await scene.during(scene.backend.down(), async () => {
        const error = await ended
        assert.notEqual(error.reason, 'core/watch-ended', "the driver's stream fails; it ended as if all were well")
      })
      assert.ok(!watching.states(id).includes('deleted'), 'an outage is not taken for a deletion')
    },
  },
]

export interface Watching {
  /** Rejects as the stream does. */
  readonly ended: Promise<void>
  states(id: string): readonly AmphoraState[]
  /** Resolves once it has been seen so often in this state; rejects where that takes too long, or the stream ends before. */
  sees(id: string, state: AmphoraState, times?: number): Promise<void>
  stop(): Promise<void>
}

/** Watches everything of ours until it is stopped. */
export function watch({ compute, limits }: Pick<Scene, 'compute' | 'limits'>): Watching {
  const seen: Amphora[] = []
  const stopped = new AbortController()
  const ended = (async (): Promise<void> => {
    for await (const amphora of compute.watch({ signal: stopped.signal })) seen.push(amphora)
  })()
  let over = false
  ended.catch(() => {}).finally(() => (over = true))
  const states = (id: string): readonly AmphoraState[] =>
    seen.filter((amphora) => amphora.id === id).map(({ status }) => status.state)
  return {
    ended,
    states,
    sees: async (id, state, times = 1) => {
      const until = performance.now() + limits.stateMs
      while (states(id).filter((one) => one === state).length < times) {
        if (over) await ended
        assert.ok(
          performance.now() < until && !over,
          `the watch shows ${id} as ${state}; it has shown ${states(id).join(', ') || 'nothing of it'}`,
        )
        await sleep(5)
      }
    },
    stop: async () => {
      stopped.abort()
      await ended.catch(() => {})
    },
  }
}
