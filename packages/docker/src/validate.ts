import type { BuildOrder } from '@amphora/core'
import type { Client } from './client.ts'
import { sizeOf } from './limits.ts'
import { networkProblem, type Settings } from './options.ts'
import { orderProblems } from './order-rules.ts'
import { LABELS, type Ownership } from './ownership.ts'

export interface ValidateOptions {
  readonly client: Client
  readonly settings: Settings
  readonly ownership: Ownership
  readonly signal: AbortSignal
}

/** Every rule that the order breaks, and everything that the engine has against it. Changes nothing. */
export async function validateOrder(order: BuildOrder, options: ValidateOptions): Promise<readonly string[]> {
  const found = await Promise.all([
    imageProblems(order, options),
    networkProblems(order, options),
    limitProblems(order, options),
    nameProblems(order, options),
  ])
  return [...orderProblems(order, options.settings), ...found.flat()]
}

async function imageProblems(
  { imageId }: BuildOrder,
  { client, settings, signal }: ValidateOptions,
): Promise<string[]> {
  if (imageId === undefined || (await client.hasImage(imageId, signal))) return []
  const next = settings.pull === 'never' ? 'the option pull is "never"' : 'build would try to pull it'
  return [`imageId ${JSON.stringify(imageId)} is not on the engine; ${next}`]
}

async function networkProblems({ networkIds }: BuildOrder, options: ValidateOptions): Promise<string[]> {
  const { client, settings, signal } = options
  const usual = settings.network === undefined ? [] : [settings.network]
  const networks = (networkIds.length > 0 ? networkIds : usual).filter((one) => networkProblem(one) === undefined)
  const there = await Promise.all(networks.map((network) => client.hasNetwork(network, signal)))
  return networks
    .filter((_, index) => !there[index])
    .map((network) => `network ${JSON.stringify(network)} does not exist`)
}

async function limitProblems(order: BuildOrder, { client, settings, signal }: ValidateOptions): Promise<string[]> {
  const { vcpus, memoryMiB } = sizeOf(order, settings) ?? {}
  if (vcpus === undefined && memoryMiB === undefined) return []
  const { cpus, memoryBytes } = await client.info(signal)
  const hostMiB = memoryBytes === undefined ? undefined : Math.floor(memoryBytes / 2 ** 20)
  return [
    ...(vcpus !== undefined && cpus !== undefined && vcpus > cpus
      ? [`flavor.vcpus is ${vcpus}, and the engine's host has ${cpus}`]
      : []),
    ...(memoryMiB !== undefined && hostMiB !== undefined && memoryMiB > hostMiB
      ? [`flavor.memoryMiB is ${memoryMiB}, and the engine's host has ${hostMiB}`]
      : []),
  ]
}

async function nameProblems(order: BuildOrder, { client, ownership, signal }: ValidateOptions): Promise<string[]> {
  if (order.nameIsFresh) return []
  const name = ownership.engineName(order.name)
  const holder = await client.inspect(name, signal)
  if (holder === undefined || holder.Name !== `/${name}`) return []
  if (!ownership.owns({ names: [holder.Name], labels: holder.Labels })) {
    return [`name ${JSON.stringify(order.name)} is taken by a container that is not ours`]
  }
  if (holder.Labels[LABELS.fingerprint] === order.fingerprint) return []
  return [`name ${JSON.stringify(order.name)} is taken by an amphora that another request has built`]
}
