import assert from 'node:assert/strict'
import type { PlacementPolicy } from '@amphora/core'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'

export const groupRules: readonly Rule[] = [
  {
    id: 'group/round-trip',
    level: 'must',
    title: 'made, used by two builds as the policy says, deleted',
    when: { declares: 'placementGroups' },
    needs: ['hostOf'],
    check: async (scene) => {
      const { compute, told } = scene
      const { groupPolicy = 'anti-affinity' } = told
      const placementGroupId = await create(scene, groupPolicy)
      const names = [scene.name(), scene.name()]
      const ids: string[] = []
      for (const name of names) ids.push(await compute.build({ ...scene.request(name), placementGroupId }))
      await Promise.all(ids.map((id) => scene.reach(id, 'active')))
      const hosts = new Set(await Promise.all(names.map((name) => scene.backend.hostOf(name))))
      assert.equal(
        hosts.size,
        groupPolicy.includes('anti') ? 2 : 1,
        `hosts of two in a group of the policy ${groupPolicy}`,
      )
      await Promise.all(ids.map((id) => scene.remove(id)))
      await compute.deletePlacementGroup(placementGroupId)
      if (!scene.can('inventory')) return
      await scene.settle()
      assert.deepEqual(await scene.made(), [], 'what is left of the group')
    },
  },
  {
    id: 'group/delete-absent',
    level: 'must',
    title: 'deleting a group that is gone resolves',
    when: { declares: 'placementGroups' },
    check: async (scene) => {
      const id = await create(scene, scene.told.groupPolicy ?? 'anti-affinity')
      await scene.compute.deletePlacementGroup(id)
      await scene.compute.deletePlacementGroup(id)
    },
  },
]

function create(scene: Scene, policy: PlacementPolicy): Promise<string> {
  return scene.compute.createPlacementGroup({ driver: 'kit', name: scene.name(), policy })
}
