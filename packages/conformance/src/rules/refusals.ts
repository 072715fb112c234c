import assert from 'node:assert/strict'
import { NotImplementedError, type BuildRequest, type Capabilities } from '@amphora/core'
import { rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'
import { newSshKey } from '../run/ssh-key.ts'

interface Field {
  readonly field: keyof BuildRequest
  readonly capability: keyof Capabilities
  readonly value: (capabilities: Capabilities) => Partial<BuildRequest>
}

const FIELDS: readonly Field[] = [
  {
    field: 'flavor',
    capability: 'flavor',
    value: ({ flavor }) => ({ flavor: flavor === 'sized' ? 'some-flavor' : { vcpus: 1, memoryMiB: 64 } }),
  },
  { field: 'imageId', capability: 'image', value: () => ({ imageId: 'some-image' }) },
  { field: 'keys', capability: 'keys', value: () => ({ keys: [newSshKey('kit')] }) },
  { field: 'secGroups', capability: 'secGroups', value: () => ({ secGroups: ['some-group'] }) },
  { field: 'networkIds', capability: 'networks', value: () => ({ networkIds: ['some-network'] }) },
  { field: 'portIds', capability: 'ports', value: () => ({ portIds: ['some-port'] }) },
  { field: 'configDriveFiles', capability: 'files', value: () => ({ configDriveFiles: { '/etc/some': 'file' } }) },
  { field: 'userData', capability: 'userData', value: () => ({ userData: '#cloud-config' }) },
  { field: 'placementGroupId', capability: 'placementGroups', value: () => ({ placementGroupId: 'kit/some-group' }) },
  { field: 'availabilityZone', capability: 'availabilityZones', value: () => ({ availabilityZone: 'some-zone' }) },
]

/** A field that the driver does not declare is refused, and never ignored. */
export const fieldRefusalRules: readonly Rule[] = FIELDS.map(({ field, capability, value }): Rule => {
  const kinds = field === 'flavor' ? ', or of the kind that is not,' : ''
  return {
    id: `build/refuses-undeclared-${field}`,
    level: 'must',
    title: `a \`${field}\` that is not declared${kinds} is a \`NotImplementedError\` before anything is sent`,
    when: { lacks: capability },
    check: async (scene) => {
      const request = { ...scene.request(scene.name()), ...value(scene.capabilities) }
      await sendsNothing(scene, async () => {
        await rejectsAs(scene.compute.build(request), `a build with ${field}`, NotImplementedError)
      })
    },
  }
})

/** So is a verb. It is called on what there is not, since nobody may look whether it is there. */
export const verbRefusalRules: readonly Rule[] = [
  {
    id: 'suspend/refuses-undeclared',
    level: 'must',
    title: '`suspend` and `resume`, not declared, are a `NotImplementedError` before anything is sent',
    when: { lacks: 'suspend' },
    check: (scene) =>
      sendsNothing(scene, async () => {
        const { compute } = scene
        await rejectsAs(compute.suspend('kit/some-id'), 'suspend', NotImplementedError)
        await rejectsAs(compute.resume('kit/some-id'), 'resume', NotImplementedError)
      }),
  },
  {
    id: 'watch/refuses-undeclared',
    level: 'must',
    title: '`watch`, not declared, is a `NotImplementedError` before anything is sent',
    when: { lacks: 'watch' },
    check: (scene) =>
      sendsNothing(scene, async () => {
        await rejectsAs(scene.compute.watch()[Symbol.asyncIterator]().next(), 'watch', NotImplementedError)
      }),
  },
  {
    id: 'attach/refuses-undeclared',
    level: 'must',
    title: '`attachNetworkOrPort` and `detachPort`, not declared, are a `NotImplementedError` before anything is sent',
    when: { lacks: 'attach' },
    check: (scene) =>
      sendsNothing(scene, async () => {
        const { compute } = scene
        const target = { networkId: 'some-network' }
        await rejectsAs(compute.attachNetworkOrPort('kit/some-id', target), 'attachNetworkOrPort', NotImplementedError)
        await rejectsAs(compute.detachPort('kit/some-id', 'some-port'), 'detachPort', NotImplementedError)
      }),
  },
  {
    id: 'group/refuses-undeclared',
    level: 'must',
    title:
      '`createPlacementGroup` and `deletePlacementGroup`, not declared, are a `NotImplementedError` before anything is sent',
    when: { lacks: 'placementGroups' },
    check: (scene) =>
      sendsNothing(scene, async () => {
        const { compute } = scene
        const group = { driver: 'kit', name: scene.name(), policy: 'anti-affinity' } as const
        await rejectsAs(compute.createPlacementGroup(group), 'createPlacementGroup', NotImplementedError)
        await rejectsAs(compute.deletePlacementGroup('kit/some-group'), 'deletePlacementGroup', NotImplementedError)
      }),
  },
]

/** Neither is the driver called, nor does anything reach the backend, where that can be counted. */
export async function sendsNothing(scene: Scene, act: () => Promise<void>): Promise<void> {
  const requests = async (): Promise<number> => (scene.can('requests') ? scene.backend.requests() : 0)
  const [called, sent] = [scene.calls.count(), await requests()]
  await act()
  assert.equal(scene.calls.count() - called, 0, 'calls on the driver')
  assert.equal((await requests()) - sent, 0, 'requests that reached the backend')
}
