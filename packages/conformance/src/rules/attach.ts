import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Amphora, AmphoraAddress, AttachTarget } from '@amphora/core'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'

export const attachRules: readonly Rule[] = [
  {
    id: 'attach/round-trip',
    level: 'must',
    title: 'the address is reported, by the call and by `getAmphora`, and gone once it is detached',
    when: { declares: 'attach' },
    needs: ['attachTarget'],
    check: async (scene) => {
      const { compute } = scene
      const before = await scene.active()
      const address = await compute.attachNetworkOrPort(before.id, targetOf(scene))
      assert.deepEqual(
        (await addresses(scene, before.id)).map((one) => toldOf(one, address)),
        [...before.addresses, address],
        'the addresses afterwards',
      )
      assert.equal(address.family, address.ip.includes(':') ? 6 : 4, `the family of ${address.ip}`)
      await compute.detachPort(before.id, portOf(address))
      await isDetached(scene, before)
    },
  },
  {
    id: 'attach/twice',
    level: 'must',
    title: 'attaching again resolves with the same address',
    when: { declares: 'attach' },
    needs: ['attachTarget'],
    check: async (scene) => {
      const { compute } = scene
      const { id } = await scene.active()
      const address = await compute.attachNetworkOrPort(id, targetOf(scene))
      const once = await addresses(scene, id)
      assert.deepEqual(await compute.attachNetworkOrPort(id, targetOf(scene)), address)
      assert.deepEqual(await addresses(scene, id), once, 'the addresses afterwards')
    },
  },
  {
    id: 'detach/absent',
    level: 'must',
    title: 'detaching what is not attached resolves',
    when: { declares: 'attach' },
    needs: ['attachTarget'],
    check: async (scene) => {
      const { compute } = scene
      const before = await scene.active()
      const address = await compute.attachNetworkOrPort(before.id, targetOf(scene))
      await compute.detachPort(before.id, portOf(address))
      await compute.detachPort(before.id, portOf(address))
      await isDetached(scene, before)
    },
  },
]

async function addresses({ compute }: Scene, id: string): Promise<readonly AmphoraAddress[]> {
  return (await compute.getAmphora({ id })).addresses
}

/** The address that was attached, where this is it: a backend may tell its port only when it is attached. */
function toldOf(found: AmphoraAddress, attached: AmphoraAddress): AmphoraAddress {
  const { portId = attached.portId, ...rest } = found
  return found.ip === attached.ip && portId !== undefined ? { ...rest, portId } : found
}

/** A backend may take a while over what it has accepted. */
async function isDetached(scene: Scene, before: Amphora): Promise<void> {
  const until = performance.now() + scene.limits.stateMs
  for (;;) {
    const found = await addresses(scene, before.id)
    if (isDeepStrictEqual(found, before.addresses)) return
    if (performance.now() > until) assert.deepEqual(found, before.addresses, 'the addresses when it is detached')
    await sleep(20)
  }
}

function targetOf({ told }: Scene): AttachTarget {
  if (told.attachTarget === undefined) throw new Error('unreachable: the rule needs attachTarget')
  return told.attachTarget
}

function portOf({ portId }: AmphoraAddress): string {
  assert.ok(portId !== undefined, 'the address names its port, so that it can be detached')
  return portId
}
