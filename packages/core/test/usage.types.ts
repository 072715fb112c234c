import {
  createCompute,
  defineDriver,
  registry,
  type AmphoraComputeDriver,
  type AmphoraFleet,
  type Logger,
  type OptionsSchema,
  type Suspends,
} from '../src/index.ts'
import type { Logger as Pino } from 'pino'
import { Readable } from 'node:stream'
import { openAsBlob } from 'node:fs'
declare const base: AmphoraComputeDriver, suspends: Suspends, pino: Pino
declare const socketOptions: OptionsSchema<{ socketPath: string }>,
  authOptions: OptionsSchema<{ authUrl: string }>,
  anyOptions: OptionsSchema<object>
const logger: Logger = pino
const docker = defineDriver({
  apiVersion: 1,
  name: 'docker',
  connect: () => ({ ...base, ...suspends }),
  options: socketOptions,
  capabilities: {
    types: ['Container'],
    flavor: 'sized',
    image: true,
    suspend: 'memory',
    files: { maxCount: 5, maxBytes: 10_240 },
  },
})
const nova = defineDriver({
  apiVersion: 1,
  name: 'nova',
  connect: () => base,
  options: authOptions,
  capabilities: {
    types: ['VM'],
    flavor: 'named',
    image: true,
    keys: true,
    secGroups: true,
    networks: { max: 8 },
    userData: { maxBytes: 49_149 },
  },
})
defineDriver({
  apiVersion: 1,
  name: 'x',
  capabilities: { types: ['VM'], suspend: 'memory' },
  options: anyOptions,
  // @ts-expect-error declared, not implemented
  connect: () => base,
})
defineDriver({
  apiVersion: 1,
  name: 'x',
  capabilities: { types: ['VM'] },
  options: anyOptions,
  // @ts-expect-error implemented, not declared
  connect: () => ({ ...base, ...suspends }),
})
registry.register(docker)
registry.register(nova)
export async function main(): Promise<void> {
  await using compute = await createCompute({
    logger,
    drivers: { local: docker({ socketPath: '/s' }), east: nova({ authUrl: 'u' }), west: nova({ authUrl: 'v' }) },
  })
  const a = await compute.build({
    type: 'VM',
    name: 'a',
    secGroups: ['lb'],
    driver: 'west',
    userData: Readable.from(['#cloud-config']),
  })
  await compute.build({
    type: 'Container',
    name: 'b',
    flavor: { memoryMiB: 512 },
    configDriveFiles: { '/etc/x': await openAsBlob('/etc/hostname'), '/etc/y': Buffer.from('y') },
  })
  const fleet: AmphoraFleet = compute
  await fleet.waitFor(a, 'deleted')
  await compute.build({ name: 'a VM, as no type is given', driver: 'east' })
  await compute.waitFor(a, 'active', { timeoutMs: 300_000, signal: AbortSignal.timeout(1) })
  // @ts-expect-error containers on this driver take no security groups
  await compute.build({ type: 'Container', name: 'b', secGroups: ['lb'] })
  // @ts-expect-error no user data on docker here
  await compute.build({ type: 'Container', name: 'b', userData: 'x' })
  await compute.build({ type: 'VM', name: 'b', flavor: 'small', driver: 'east' })
  // @ts-expect-error a flavor has a name there
  await compute.build({ type: 'VM', name: 'b', flavor: { vcpus: 2 }, driver: 'east' })
  // @ts-expect-error a flavor is a size there
  await compute.build({ type: 'Container', name: 'b', flavor: 'small' })
  // @ts-expect-error nobody builds bare metal here
  await compute.build({ type: 'BareMetal', name: 'b' })
  // @ts-expect-error no such binding
  await compute.build({ type: 'VM', name: 'b', driver: 'north' })
  // @ts-expect-error one or the other
  await compute.getAmphora({ id: 'x', name: 'y' })
  const byName = await createCompute({ drivers: { any: registry.get('acme')({ from: 'json' }) } })
  await byName.build({ type: 'HWLoadBalancer', name: 'c', secGroups: ['checked at run time'] })
}
