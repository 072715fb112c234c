import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { InstanceNotFoundError } from '@amphora/core'
import { rejects, rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import { watch } from './watch.ts'

export const waitRules: readonly Rule[] = [
  {
    id: 'wait/terminal-state',
    level: 'must',
    title: '`error` or `deleted` ends the wait at once, with the fault; `error` does not end a wait for `deleted`',
    needs: ['force', 'states'],
    check: async (scene) => {
      const { compute, limits } = scene
      const [errorWord] = Object.entries(scene.told.states ?? {}).find(([, state]) => state === 'error') ?? []
      assert.ok(errorWord !== undefined, 'the subject names a word for `error`')
      const { id, name } = await scene.active()
      const looks = scene.calls.count('getAmphora')
      const waiting = compute.waitFor(id, 'suspended', { timeoutMs: limits.stateMs })
      const ended = rejects(waiting, 'the wait for what has failed meanwhile', 'failed-precondition')
      ended.catch(() => {})
      // It must have seen an amphora that is well.
      await (
        await scene.calls.next('getAmphora', looks)
      ).settled
      await sleep(50)
      const watching = scene.capabilities.watch === true ? watch(scene) : undefined
      try {
        await scene.backend.force(name, errorWord)
        // Core looks besides; who watches hears of a failure from the driver alone.
        await watching?.sees(id, 'error')
      } finally {
        await watching?.stop()
      }
      const error = await ended
      const { fault } = await compute.status(id)
      assert.ok(fault === undefined || error.message.includes(fault), `the error tells the fault "${fault}"`)
      await rejects(scene.reach(id, 'active'), 'the wait for what has failed before', 'failed-precondition')

      let gone = false
      const deleted = compute.waitFor(id, 'deleted', { timeoutMs: limits.stateMs }).then(() => (gone = true))
      await sleep(100)
      assert.equal(gone, false, 'the wait for `deleted` ends in `error`')
      await compute.delete(id)
      await deleted
      await rejectsAs(scene.reach(id, 'active'), 'the wait for what is gone', InstanceNotFoundError)
    },
  },
]
