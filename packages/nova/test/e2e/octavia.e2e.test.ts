import { setTimeout as sleep } from 'node:timers/promises'
import { ensurePackages } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOctaviaPeer, type OctaviaPeer } from './octavia-peer.ts'
import { proxyTo, type Proxy } from './proxy.ts'
import { missing, openSite, type NovaCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const ROUNDS = 7
/** Octavia asks 15 times for a server that is gone, once a second; here it asks 3 times, to keep the run short. */
const PEER_TRIES = 3

const rows = ['build', 'get', 'status', 'delete', 'get of a gone one'] as const
type Row = (typeof rows)[number]

interface Sample {
  readonly ms: number
  readonly requests: number
}

describe.skipIf(missing !== undefined)(`Beside Octavia's own driver, on the same Nova${skipped}`, () => {
  let site: Site
  let proxies: Proxy[]
  let compute: NovaCompute
  let peer: OctaviaPeer
  const ours = new Map<Row, Sample[]>(rows.map((row) => [row, []]))
  const theirs = new Map<Row, Sample[]>(rows.map((row) => [row, []]))

  const taken = (): number => proxies.reduce((sum, proxy) => sum + proxy.take().length, 0)

  beforeAll(async () => {
    await ensurePackages(['python3-octavia'], () => undefined)
    site = await openSite()
    const { endpoints, demo } = site.testbed
    proxies = await Promise.all(
      [endpoints.nova, endpoints.glance, endpoints.neutron].map((url) => proxyTo(new URL(url).origin)),
    )
    const [nova = '', image = '', network = ''] = proxies.map(({ url }) => url)
    compute = await site.connect({ endpointOverride: { compute: `${nova}/v2.1`, image, network } })
    const place = { region_name: demo.region, endpoint_type: 'publicURL' }
    peer = startOctaviaPeer({
      service_auth: {
        auth_url: site.testbed.authUrl,
        auth_type: 'password',
        username: demo.username,
        password: demo.password,
        project_name: demo.projectName,
        user_domain_name: demo.userDomainName,
        project_domain_name: demo.projectDomainName,
      },
      nova: { ...place, endpoint: `${nova}/v2.1` },
      glance: { ...place, endpoint: image },
      neutron: { ...place, endpoint: network },
      compute: { max_retries: PEER_TRIES, retry_interval: 1 },
      controller_worker: {
        compute_driver: 'compute_nova_driver',
        volume_driver: 'volume_noop_driver',
        image_driver: 'image_glance_driver',
      },
    })
  }, 300_000)
  afterAll(async () => {
    await peer?.close()
    await site?.clear()
    for (const proxy of proxies ?? []) await proxy.close()
  })

  /** One verb of ours. A build is given no name, as Octavia's never repeats one. */
  async function our(row: Row, work: () => Promise<unknown>): Promise<unknown> {
    taken()
    const begun = performance.now()
    const result = await work().catch((error: unknown) => error)
    ours.get(row)?.push({ ms: performance.now() - begun, requests: taken() })
    return result
  }

  async function their(row: Row, verb: Parameters<OctaviaPeer['do']>[0], input: object): Promise<unknown> {
    taken()
    const { ms, result, error } = await peer.do(verb, input)
    theirs.get(row)?.push({ ms, requests: taken() })
    return result ?? error
  }

  async function ourRound(): Promise<void> {
    const { ids } = site.testbed
    const { name: _name, ...order } = site.request('')
    const id = String(
      await our('build', () =>
        compute.build({
          ...order,
          imageId: 'tag:amphora',
          secGroups: [ids.securityGroup],
          configDriveFiles: { '/etc/a': 'x=1\n' },
          userData: '#cloud-config\n',
        }),
      ),
    )
    await compute.waitFor(id, 'active')
    await our('get', () => compute.getAmphora({ id }))
    await our('status', () => compute.status(id))
    await our('delete', () => compute.delete(id))
    await compute.waitFor(id, 'deleted')
    expect(await our('get of a gone one', () => compute.getAmphora({ id }))).toMatchObject({
      name: 'InstanceNotFoundError',
    })
  }

  async function theirRound(round: number): Promise<void> {
    const { ids } = site.testbed
    const id = String(
      await their('build', 'build', {
        name: `${site.owner}-octavia-${round}`,
        amphora_flavor: ids.flavors['m1.tiny'],
        image_tag: 'amphora',
        image_owner: null,
        key_name: null,
        sec_groups: [ids.securityGroup],
        network_ids: [ids.networks.net1],
        config_drive_files: { '/etc/a': 'x=1\n' },
        user_data: '#cloud-config\n',
        server_group_id: null,
        availability_zone: null,
      }),
    )
    for (let turn = 0; turn < 300 && (await peer.do('status', { id })).result !== 'UP'; turn += 1) await sleep(100)
    expect(await their('get', 'get', { id })).toBe(id)
    expect(await their('status', 'status', { id })).toBe('UP')
    await their('delete', 'delete', { id })
    for (let turn = 0; turn < 300 && (await site.servers(`${site.owner}-octavia-${round}`)).length > 0; turn += 1) {
      await sleep(100)
    }
    expect(await their('get of a gone one', 'get', { id })).toMatch(/Exception|Error|NotFound/)
  }

  it(
    'needs as many requests or fewer in every row, but for the one by which delete proves ownership',
    { timeout: 600_000 },
    async () => {
      // The first round of each logs in and reads what is kept afterwards.
      await ourRound()
      await theirRound(0)
      for (const samples of [...ours.values(), ...theirs.values()]) samples.length = 0
      for (let round = 1; round <= ROUNDS; round += 1) {
        await ourRound()
        await theirRound(round)
      }
      console.log(table(ours, theirs))
      for (const row of rows) {
        const [mine, other] = [most(ours.get(row)), most(theirs.get(row))]
        expect([row, mine]).toEqual([row, Math.min(mine, row === 'delete' ? other + 1 : other)])
      }
    },
  )
})

function most(samples: readonly Sample[] = []): number {
  return Math.max(...samples.map(({ requests }) => requests))
}

function table(ours: ReadonlyMap<Row, readonly Sample[]>, theirs: ReadonlyMap<Row, readonly Sample[]>): string {
  const shown = (samples: readonly Sample[] = []): string => {
    const times = samples.map(({ ms }) => ms).sort((a, b) => a - b)
    const [least = 0, median = 0, longest = 0] = [times[0], times[Math.floor(times.length / 2)], times.at(-1)]
    const requests = samples.map((one) => one.requests)
    const counted = [...new Set([Math.min(...requests), Math.max(...requests)])].join(' to ')
    return `${counted} | ${median.toFixed(0)} (${least.toFixed(0)} to ${longest.toFixed(0)})`
  }
  return [
    '| verb | requests, ours | ms, ours | requests, Octavia | ms, Octavia |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows.map((row) => `| ${row} | ${shown(ours.get(row))} | ${shown(theirs.get(row))} |`),
  ].join('\n')
}
