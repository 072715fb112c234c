import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { TestbedError } from '../testbed-error.ts'
import type { Api } from './api.ts'
import type { ComputeHost } from './compute-hosts.ts'
import { listOfKind } from './named.ts'

/** A zone is an aggregate of hosts with the zone's name on it. */
interface Aggregate {
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly hosts: readonly string[]
}

const aggregate: v.GenericSchema<unknown, Aggregate> = v.object({
  id: v.number(),
  uuid: v.string(),
  name: v.string(),
  hosts: v.optional(v.array(v.string()), []),
})
const made = v.object({ aggregate })
const hypervisor = v.object({
  hypervisor_hostname: v.string(),
  service: v.object({ host: v.string() }),
  state: v.picklist(['up', 'down']),
})
const provider = v.object({ uuid: v.string(), name: v.string() })
const provided = v.object({ aggregates: v.array(v.string()) })

/** From here on an aggregate shows its uuid, by which Placement knows it. */
const version = '2.41'

/** Puts each host into its zone, for Nova and for Placement alike. Waits for those that are just coming up. */
export async function ensureZones(
  admin: Api,
  hosts: readonly ComputeHost[],
  log: (line: string) => void,
): Promise<void> {
  const list = listOfKind(await admin.call('nova', '/os-aggregates', { version }), 'aggregates', aggregate)
  const zones = new Map(list.map((one) => [one.name, one]))
  for (const zone of new Set(hosts.map((one) => one.zone))) {
    if (!zones.has(zone)) zones.set(zone, await makeZone(admin, zone))
  }
  const providers = await providersOf(admin, hosts)
  for (const { host, zone } of hosts) {
    const [home, provider] = [zones.get(zone), providers.get(host)]
    if (home === undefined || provider === undefined) continue
    if (await ensureHost(admin, home, host, provider)) log(`put host ${host} into zone ${zone}`)
  }
}

async function makeZone(admin: Api, zone: string): Promise<Aggregate> {
  const body = { aggregate: { name: zone, availability_zone: zone } }
  return v.parse(made, await admin.call('nova', '/os-aggregates', { method: 'POST', version, body })).aggregate
}

/** Says whether the host had to be put there. */
async function ensureHost(admin: Api, home: Aggregate, host: string, provider: string): Promise<boolean> {
  const path = `/resource_providers/${provider}/aggregates`
  const { aggregates } = v.parse(provided, await admin.call('placement', path, { version: '1.1' }))
  const known = home.hosts.includes(host)
  if (known && aggregates.includes(home.uuid)) return false
  // Nova tells Placement while it adds a host, and only then.
  if (known) await act(admin, home, { remove_host: { host } })
  await act(admin, home, { add_host: { host } })
  return true
}

/**
 * Each host's id in Placement, where it is some seconds after the host came up. One that has not told of itself since it
 * was stopped is down to Nova, which then finds no valid host.
 */
async function providersOf(admin: Api, hosts: readonly ComputeHost[]): Promise<ReadonlyMap<string, string>> {
  return repeated('placement must know every host, and nova each as up', async () => {
    const [known, provided] = await Promise.all([
      admin.call('nova', '/os-hypervisors/detail'),
      admin.call('placement', '/resource_providers'),
    ])
    const ids = new Map(
      listOfKind(provided, 'resource_providers', provider).map(({ name, uuid }) => [name, uuid] as const),
    )
    const found = listOfKind(known, 'hypervisors', hypervisor).flatMap((one) => {
      const id = ids.get(one.hypervisor_hostname)
      return id === undefined || one.state === 'down' ? [] : [[one.service.host, id] as const]
    })
    const all = new Map(found)
    return hosts.every(({ host }) => all.has(host)) ? all : undefined
  })
}

async function act(admin: Api, { id }: Aggregate, body: object): Promise<void> {
  const request = { method: 'POST', body, accept: [404] } as const
  await repeated('nova must know every host', async () => {
    return (await admin.call('nova', `/os-aggregates/${id}/action`, request)) ?? undefined
  })
}

/** Tries again until there is an answer. */
async function repeated<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 60_000
  for (;;) {
    const answer = await attempt()
    if (answer !== undefined) return answer
    if (Date.now() >= end) throw new TestbedError(`${what} within 60 s and does not`)
    await sleep(200)
  }
}
