import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensurePackages } from '../packages.ts'
import { TestbedError } from '../testbed-error.ts'
import { anonymous, type Api, openApi } from './api.ts'
import { ensureNodes } from './bare-metal.ts'
import { ensureCatalog } from './catalog.ts'
import { type Compute, ensureCompute } from './compute.ts'
import { computeHosts } from './compute-hosts.ts'
import { credentialsOf } from './credentials.ts'
import { type DatabaseOwner, ensureDatabases } from './databases.ts'
import { prepareHypervisor } from './hypervisor.ts'
import { ensureImages, type Images } from './images.ts'
import { ensureNetworks, type Networks } from './networks.ts'
import { hypervisorPackageNames, packageNames } from './package-names.ts'
import { ensureService } from './service-process.ts'
import { runningService } from './service-record.ts'
import { type Service, type ServiceName, servicesOf } from './services.ts'
import { putSiteFiles } from './site-files.ts'
import type { Site } from './site.ts'
import { portHolder } from './taken-ports.ts'
import { turns } from './turns.ts'

export interface BringUpOptions {
  readonly hypervisor: boolean
  /** Hears each thing done, one line each. */
  readonly log: (line: string) => void
}

/** What stands when everything is up. */
export interface Standing {
  readonly admin: Api
  readonly demo: Api
  readonly images: Images
  readonly networks: Networks
  readonly compute: Compute
}

/** Brings the whole site to where it answers and has its resources; does only what is missing. */
export async function bringUp(site: Site, { hypervisor, log }: BringUpOptions): Promise<Standing> {
  const services = servicesOf(site, { hypervisor })
  await refuseTakenPorts(site, services)
  await ensurePackages([...packageNames, ...(hypervisor ? hypervisorPackageNames : [])], log)
  await putFiles(site)
  if (hypervisor) await prepareHypervisor(site)

  // Each is mostly the start of one Python, which keeps one core busy.
  const turn = turns(Math.max(2, availableParallelism()))
  const databases = (owner: DatabaseOwner) => turn(() => ensureDatabases(site, owner, log))
  const start = async (name: ServiceName): Promise<void> => {
    const service = services.find((one) => one.name === name)
    if (service !== undefined) await ensureService(site, service, log)
  }

  const catalog = databases('keystone').then(async () => {
    await start('keystone')
    const admin = await openApi(credentialsOf(site, 'admin'))
    await ensureCatalog(site, admin, log)
    return { admin, demo: await openApi(credentialsOf(site, 'demo')) }
  })
  const placement = databases('placement').then(() => start('placement'))
  const compute = databases('nova').then(async () => {
    // A compute that does not reach Placement at its start tries again only after a minute.
    const [{ admin, demo }] = await Promise.all([catalog, placement, start('libvirtd')])
    await Promise.all([start('nova'), start('nova-compute')])
    return ensureCompute(admin, demo, computeHosts({ hypervisor }), log)
  })
  const bareMetal = databases('ironic').then(async () => {
    const { admin } = await catalog
    await Promise.all([start('ironic'), start('ironic-noauth')])
    return Promise.all([ensureNodes(admin, 'ironic', log), ensureNodes(anonymous, 'ironic-noauth', log)])
  })
  const networks = databases('neutron').then(async () => {
    await start('neutron')
    const { admin, demo } = await catalog
    return ensureNetworks(admin, demo, log)
  })
  const images = databases('glance').then(async () => {
    await start('glance')
    return ensureImages((await catalog).admin, log)
  })
  await settled([catalog, placement, compute, bareMetal, networks, images])
  return { ...(await catalog), compute: await compute, networks: await networks, images: await images }
}

/** Rejects with the first failure, but only when nothing is under way any more. */
async function settled(tasks: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(tasks)
  await Promise.all(tasks)
}

async function refuseTakenPorts(site: Site, services: readonly Service[]): Promise<void> {
  for (const { name, port } of services) {
    if (port === undefined || (await runningService(site, name)) !== undefined) continue
    const holder = await portHolder(port)
    if (holder === undefined) continue
    const who = holder === 'unknown' ? 'a process that this user may not see' : `process ${holder.pid} (${holder.name})`
    throw new TestbedError(
      `cannot start ${name}: it listens on port ${port}, which ${who} has taken. End that one, or the other testbed ` +
        'with the AMPHORA_TESTBED_HOME that started it',
    )
  }
}

const folders = [
  'run',
  'lock',
  'log',
  'keystone/fernet',
  'keystone/credential',
  'glance/images',
  'neutron',
  'nova/instances',
  'ironic',
  'ironic-noauth',
]

async function putFiles(site: Site): Promise<void> {
  for (const folder of folders) await mkdir(join(site.folder, folder), { recursive: true, mode: 0o700 })
  await putSiteFiles(site)
}
