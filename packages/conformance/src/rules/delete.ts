import assert from 'node:assert/strict'
import { DeleteFailed, InstanceNotFoundError, InvalidRequestError } from '@amphora/core'
import { rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'
import { sendsNothing } from './refusals.ts'

/** What is deleted is gone, and nothing else is. */
export const deleteRules: readonly Rule[] = [
  {
    id: 'delete/removes',
    level: 'must',
    title: "it is gone from the backend once `waitFor(id, 'deleted')` resolves",
    needs: ['inventory'],
    check: async (scene) => {
      const { id, name } = await scene.active()
      const own = scene.own(id)
      const there = async (): Promise<readonly string[]> =>
        (await scene.backend.inventory()).filter((item) => item.includes(own))
      assert.notDeepEqual(await there(), [], 'what the inventory shows of it before')
      await scene.remove(id)
      assert.deepEqual(await there(), [], 'what the inventory shows of it afterwards')
      await rejectsAs(scene.compute.getAmphora({ id }), 'a look at it', InstanceNotFoundError)
      await rejectsAs(scene.compute.getAmphora({ name }), 'a look for its name', InstanceNotFoundError)
    },
  },
  {
    id: 'delete/twice',
    level: 'must',
    title: 'deleting again, at once and while it is being deleted, resolves',
    check: async (scene) => {
      const { id } = await scene.active()
      await scene.compute.delete(id)
      await scene.compute.delete(id)
      await Promise.all([scene.compute.delete(id), scene.compute.delete(id)])
      await scene.compute.waitFor(id, 'deleted', { timeoutMs: scene.limits.stateMs })
    },
  },
  {
    id: 'delete/absent',
    level: 'must',
    title: 'deleting what is gone resolves',
    check: async (scene) => {
      const { id } = await scene.active()
      await scene.remove(id)
      await scene.compute.delete(id)
    },
  },
  {
    id: 'delete/while-building',
    level: 'must',
    title: 'resolves, or rejects `conflict` unchanged and resolves when repeated; nothing is left',
    check: async (scene) => {
      const { compute, limits } = scene
      const { id, accepted } = scene.can('holdBuilds')
        ? await scene.during(scene.backend.holdBuilds(), () => deletedWhileBuilding(scene))
        : await deletedWhileBuilding(scene)
      const until = performance.now() + limits.stateMs
      for (let done = accepted; !done; done = await isAccepted(scene, id)) {
        assert.ok(performance.now() < until, 'the delete resolves when it is repeated')
      }
      await compute.waitFor(id, 'deleted', { timeoutMs: limits.stateMs })
      await scene.settle()
      assert.deepEqual(await scene.made(), [], 'what is left')
    },
  },
  {
    id: 'delete/only-its-own',
    level: 'must',
    title: 'a foreign instance survives; an empty id is refused before anything is sent',
    needs: ['plantForeign'],
    check: async (scene) => {
      const { compute } = scene
      const foreign = await scene.plantForeign(scene.name())
      const somebody = await scene.connect({ owner: scene.anotherOwner() })
      const theirs = await scene.active(scene.name(), somebody)
      for (const id of [foreign.id, theirs.id])
        await rejectsAs(compute.delete(id), 'the delete of a foreign instance', DeleteFailed)
      await scene.settle()
      assert.ok(await foreign.exists(), 'the foreign instance is still there')
      assert.equal((await somebody.status(theirs.id)).state, 'active', "another owner's instance")
      await sendsNothing(scene, async () => {
        for (const id of ['', 'kit', 'kit/'])
          await rejectsAs(compute.delete(id), `the delete of "${id}"`, InvalidRequestError)
      })
    },
  },
  {
    id: 'delete/leaves-no-side-objects',
    level: 'must',
    title: 'ports, volumes, allocations and leases that were made for it are gone too',
    needs: ['inventory'],
    check: async (scene) => {
      const { compute, capabilities, told } = scene
      const { id } = await scene.active()
      if (capabilities.attach !== undefined && told.attachTarget !== undefined)
        await compute.attachNetworkOrPort(id, told.attachTarget)
      await scene.remove(id)
      await scene.settle()
      const left = (await scene.made()).filter((item) => !item.includes(scene.own(id)))
      assert.deepEqual(left, [], 'what the inventory shows beside the instance itself')
    },
  },
]

async function deletedWhileBuilding(scene: Scene): Promise<{ readonly id: string; readonly accepted: boolean }> {
  const { id } = await scene.build()
  return { id, accepted: await isAccepted(scene, id) }
}

/** Whether a delete resolves; where it does not, it must be a conflict that changes nothing. */
async function isAccepted({ compute }: Scene, id: string): Promise<boolean> {
  try {
    await compute.delete(id)
    return true
  } catch (error) {
    const failure = await rejectsAs(Promise.reject(error), 'a delete that is not accepted', DeleteFailed)
    assert.equal(failure.code, 'conflict')
    await compute.status(id)
    return false
  }
}
