import assert from 'node:assert/strict'
import { NotSuspendedError, type AmphoraState } from '@amphora/core'
import { rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'
import { facts } from './facts.ts'

export const suspendRules: readonly Rule[] = [
  {
    id: 'suspend/round-trip',
    level: 'must',
    title: 'active, suspended, active again; it still answers by the same id',
    when: { declares: 'suspend' },
    check: async (scene) => {
      const { compute } = scene
      const before = await scene.active()
      await compute.suspend(before.id)
      const suspended = await scene.reach(before.id, 'suspended')
      assert.equal(suspended.status.up, false, 'up, while it is suspended')
      assert.equal(
        (await compute.getAmphora({ name: before.name })).id,
        before.id,
        'its id, by name, while it is suspended',
      )
      await compute.resume(before.id)
      const after = await scene.reach(before.id, 'active')
      assert.deepEqual(facts(after), facts(before), 'what it is afterwards')
    },
  },
  {
    id: 'suspend/twice',
    level: 'must',
    title: 'suspending what is suspended, or about to be, resolves',
    when: { declares: 'suspend' },
    check: async (scene) => {
      const { id } = await scene.active()
      await scene.compute.suspend(id)
      await scene.compute.suspend(id)
      await scene.reach(id, 'suspended')
      await scene.compute.suspend(id)
      assert.equal((await scene.compute.status(id)).state, 'suspended')
    },
  },
  {
    id: 'resume/not-suspended',
    level: 'must',
    title: '`NotSuspendedError`, decided on what the backend says now',
    when: { declares: 'suspend' },
    check: async (scene) => {
      const { compute } = scene
      const { id, name } = await scene.active()
      await rejectsAs(compute.resume(id), 'the resume of an active one', NotSuspendedError)
      const [active, suspended] = [wordFor(scene, 'active'), wordFor(scene, 'suspended')]
      if (!scene.can('force') || active === undefined || suspended === undefined) return
      await compute.suspend(id)
      await scene.reach(id, 'suspended')
      await scene.backend.force(name, active)
      await rejectsAs(compute.resume(id), 'the resume of what somebody else has resumed', NotSuspendedError)
      await scene.backend.force(name, suspended)
      await compute.resume(id)
      await scene.reach(id, 'active')
    },
  },
]

function wordFor({ told }: Scene, wanted: AmphoraState): string | undefined {
  return Object.entries(told.states ?? {}).find(([, state]) => state === wanted)?.[0]
}
