import assert from 'node:assert/strict'
import { InstanceNotFoundError } from '@amphora/core'
import { rejects, rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'
import { facts } from './facts.ts'

/** What an id is. */
export const idRules: readonly Rule[] = [
  {
    id: 'id/never-reused',
    level: 'must',
    title: 'an id never names a later instance, also of the same name',
    check: async (scene) => {
      const { id, name } = await scene.active()
      await scene.remove(id)
      await scene.settle()
      const later = await scene.active(name)
      assert.notEqual(later.id, id, 'the id of the later one')
      await rejectsAs(scene.compute.getAmphora({ id }), 'a look at the earlier one', InstanceNotFoundError)
      await scene.compute.delete(id).catch(() => {})
      assert.equal(
        (await scene.compute.status(later.id)).state,
        'active',
        'the later one, when the earlier one is deleted',
      )
    },
  },
  {
    id: 'id/foreign',
    level: 'must',
    title: 'a foreign id: not found when read, `permission-denied` when changed, untouched',
    needs: ['plantForeign'],
    check: async (scene) => {
      const foreign = await scene.plantForeign(scene.name())
      await isForeign(scene, foreign.id)
      assert.ok(await foreign.exists(), 'the foreign instance is still there')
      const somebody = await scene.connect({ owner: scene.anotherOwner() })
      const theirs = await scene.active(scene.name(), somebody)
      await isForeign(scene, theirs.id)
      assert.deepEqual(facts(await somebody.getAmphora({ id: theirs.id })), facts(theirs), "another owner's instance")
    },
  },
  {
    id: 'id/outlives-its-maker',
    level: 'must',
    title: 'the id is all that another controller needs: to read, to wait and to delete, when the first one is closed',
    check: async (scene) => {
      const maker = await scene.connect()
      const { id, name } = await scene.build(scene.name(), maker)
      await maker.close()
      const heir = await scene.connect({ binding: await scene.bind() })
      assert.equal((await heir.getAmphora({ id })).name, name)
      await scene.reach(id, 'active', heir)
      assert.equal((await heir.status(id)).state, 'active')
      assert.equal((await scene.build(name, heir)).id, id, 'the same order again')
      await scene.remove(id, heir)
      await rejectsAs(scene.compute.getAmphora({ id }), 'a look by a third controller', InstanceNotFoundError)
    },
  },
]

async function isForeign({ compute, capabilities }: Scene, id: string): Promise<void> {
  await rejectsAs(compute.getAmphora({ id }), 'getAmphora of a foreign id', InstanceNotFoundError)
  await rejectsAs(compute.status(id), 'status of a foreign id', InstanceNotFoundError)
  await rejects(compute.delete(id), 'delete of a foreign id', 'permission-denied')
  if (capabilities.suspend === undefined) return
  await rejects(compute.suspend(id), 'suspend of a foreign id', 'permission-denied')
  await rejects(compute.resume(id), 'resume of a foreign id', 'permission-denied')
}
