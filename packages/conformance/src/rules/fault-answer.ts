import assert from 'node:assert/strict'
import type { ErrorCode } from '@amphora/core'
import type { Fault } from '../backend-control.ts'
import { createListener } from '../fake-server/listener.ts'
import { rejects } from '../judge/expect.ts'
import { isOurs } from '../observe/witness.ts'
import type { Rule } from '../rule.ts'
import { oneInstanceAfter } from './after-fault.ts'
import { callOf, READS } from './verb-calls.ts'

/** What a driver makes of an answer that it cannot read, that never ends, or that sends it elsewhere. */
export const answerRules: readonly Rule[] = [
  {
    id: 'fault/garbage',
    level: 'must',
    title:
      'malformed, empty, wrong-shaped or cut answers are `internal` (a cut one may be `unavailable`): no `TypeError`, no false success',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      for (const kind of ['malformed', 'empty', 'wrong-shape', 'cut-body'] as const) {
        for (const on of READS) {
          await scene.during(scene.backend.inject({ on, kind }), async () => {
            await rejects(
              callOf(on, scene, amphora, {}),
              `${on} that is answered with a ${kind} body`,
              ...unreadable(kind),
            )
          })
        }
        await oneInstanceAfter(scene, { on: 'build', kind }, 'may-fail', ...unreadable(kind))
      }
      for (const { verb, error } of scene.calls.all) {
        const isAccident = error !== undefined && (!isOurs(error) || nameOf(error.cause) === 'TypeError')
        assert.ok(
          !isAccident,
          `the driver's ${verb} reads an answer before it relies on it; it failed by accident: ${nameOf(error)}`,
        )
      }
    },
  },
  {
    id: 'fault/slow-drip',
    level: 'must',
    title: 'an answer that comes a byte at a time obeys the deadline: `deadline-exceeded`',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      const timeoutMs = scene.limits.patienceMs
      for (const on of [...READS, 'build'] as const) {
        await scene.during(scene.backend.inject({ on, kind: 'slow-drip' }), async () => {
          await rejects(callOf(on, scene, amphora, { timeoutMs }), on, 'deadline-exceeded')
        })
      }
    },
  },
  {
    id: 'fault/huge-body',
    level: 'must',
    title: 'an answer of 200 MiB is `internal`, in bounded memory',
    needs: ['inject'],
    order: 'alone',
    check: async (scene) => {
      const amphora = await scene.active()
      for (const on of READS) {
        await scene.during(scene.backend.inject({ on, kind: 'huge-body' }), async () => {
          const grown = await memoryGrowth(() => rejects(callOf(on, scene, amphora, {}), on, 'internal'))
          assert.ok(
            grown < MOST_MEMORY_MIB,
            `${on} takes less than ${MOST_MEMORY_MIB} MiB of memory; found ${Math.round(grown)}`,
          )
        })
      }
    },
  },
  {
    id: 'fault/redirect',
    level: 'must',
    title: 'a redirect is `internal` and not followed: nothing reaches the other host',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      const other = await createListener()
      try {
        for (const on of [...READS, 'build', 'delete'] as const) {
          await scene.during(scene.backend.inject({ on, kind: 'redirect', to: `${other.url}/elsewhere` }), () =>
            rejects(callOf(on, scene, amphora, {}), on, 'internal'),
          )
        }
        assert.deepEqual(await other.reached(), [], 'what reached the other host')
      } finally {
        await other.close()
      }
    },
  },
]

const MOST_MEMORY_MIB = 96

function unreadable(kind: Fault['kind']): readonly ErrorCode[] {
  return kind === 'cut-body' ? ['internal', 'unavailable'] : ['internal']
}

/** MiB by which this process grew at most while it ran. */
async function memoryGrowth(act: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss()
  let most = before
  const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5)
  try {
    await act()
  } finally {
    clearInterval(sampling)
  }
  return (Math.max(most, process.memoryUsage.rss()) - before) / 2 ** 20
}

function nameOf(value: unknown): string {
  return value instanceof Error ? value.name : typeof value
}
