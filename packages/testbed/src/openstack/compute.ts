import { generateKeyPairSync } from 'node:crypto'
import type { Api } from './api.ts'
import type { ComputeHost } from './compute-hosts.ts'
import { ensureNamed, listOf, oneOf } from './named.ts'
import { ensureZones } from './zones.ts'

export type FlavorName = keyof typeof flavors

export interface Compute {
  readonly flavors: Readonly<Record<FlavorName, string>>
  /** `sgrp-anti` of demo, whose members never share a host. */
  readonly serverGroup: string
}

const flavors = {
  'm1.tiny': { vcpus: 1, ram: 512, disk: 1 },
  'm1.small': { vcpus: 1, ram: 2048, disk: 20 },
  'm1.large': { vcpus: 8, ram: 8192, disk: 80 },
  /** Fits no host. */
  'm1.impossible': { vcpus: 4096, ram: 16_000_000, disk: 1 },
} as const

/** Flavors, zones, and in both projects a key `key1` and a server group `sgrp-anti`. */
export async function ensureCompute(
  admin: Api,
  demo: Api,
  hosts: readonly ComputeHost[],
  log: (line: string) => void,
): Promise<Compute> {
  const present = listOf(await admin.call('nova', '/flavors?is_public=None'), 'flavors')
  const makeFlavor = async (name: FlavorName) => {
    const body = { flavor: { name, ...flavors[name] } }
    log(`made flavor ${name}`)
    return oneOf(await admin.call('nova', '/flavors', { method: 'POST', body }), 'flavor')
  }
  const flavor = (name: FlavorName) => ensureNamed(name, present, makeFlavor)
  const flavorIds = {
    'm1.tiny': await flavor('m1.tiny'),
    'm1.small': await flavor('m1.small'),
    'm1.large': await flavor('m1.large'),
    'm1.impossible': await flavor('m1.impossible'),
  }
  const [serverGroup] = await Promise.all([
    ensureServerGroup(demo, log),
    ensureServerGroup(admin, log),
    ensureKey(demo, log),
    ensureKey(admin, log),
  ])
  await ensureZones(admin, hosts, log)
  return { flavors: flavorIds, serverGroup }
}

/** A public key in the format of OpenSSH, whose private half nobody has. */
export function newPublicKey(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  // RFC 8709, section 4: the name of the kind and the 32 bytes of the key, each after its length.
  const parts = [Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')].flatMap((part) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    return [length, part]
  })
  return `ssh-ed25519 ${Buffer.concat(parts).toString('base64')} testbed`
}

async function ensureServerGroup(owner: Api, log: (line: string) => void): Promise<string> {
  const present = listOf(await owner.call('nova', '/os-server-groups'), 'server_groups')
  return ensureNamed('sgrp-anti', present, async (name) => {
    const body = { server_group: { name, policies: ['anti-affinity'] } }
    log(`made server group ${name}`)
    return oneOf(await owner.call('nova', '/os-server-groups', { method: 'POST', body }), 'server_group')
  })
}

async function ensureKey(owner: Api, log: (line: string) => void): Promise<void> {
  if ((await owner.call('nova', '/os-keypairs/key1', { accept: [404] })) !== null) return
  const body = { keypair: { name: 'key1', public_key: newPublicKey() } }
  await owner.call('nova', '/os-keypairs', { method: 'POST', body })
  log('made key key1')
}
