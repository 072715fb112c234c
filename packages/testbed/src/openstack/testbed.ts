import { rm } from 'node:fs/promises'
import { execa } from 'execa'
import { withMachineLock } from '../machine-lock.ts'
import { TestbedError } from '../testbed-error.ts'
import type { Api } from './api.ts'
import { changeNode, type NodeChanges, type NodeNames, nodeNames } from './bare-metal.ts'
import type { FlavorName } from './compute.ts'
import { type Credentials, credentialsOf } from './credentials.ts'
import { type Endpoints, endpoints } from './endpoints.ts'
import { processEnvironment } from './environment.ts'
import { ensureGuestImages, type GuestImages } from './guest-images.ts'
import { endGuests, forgetGuests, hasHypervisor, rememberHypervisor } from './hypervisor.ts'
import type { NetworkName } from './networks.ts'
import { type ClientOutput, runClient } from './openstack-client.ts'
import { setQuota } from './quota.ts'
import { ensureService, killService, stopService } from './service-process.ts'
import { python, type ServiceName, servicesOf } from './services.ts'
import { knownSite, openSite, type Site, siteFolder } from './site.ts'
import { bringUp, type Standing } from './up.ts'

export interface OpenStackUpOptions {
  /** Also a host `libvirt1` in zone `libvirt` that runs real guests by qemu. Once asked for it stays. Default `false`. */
  readonly hypervisor?: boolean
  /** Hears what was done, one line each. Default: nobody. */
  readonly log?: (line: string) => void
}

export interface OpenStackDownOptions {
  /** Also removes the folder with all databases, images and logs. Default `false`. */
  readonly wipe?: boolean
  /** Hears what was done, one line each. Default: nobody. */
  readonly log?: (line: string) => void
}

/** What tests need to name, as project `demo` sees it. */
export interface OpenStackIds {
  readonly flavors: Readonly<Record<FlavorName, string>>
  /** `tiny` and `tiny-2` carry the tag `amphora`; `tiny-2` is the younger one. */
  readonly images: Readonly<Record<'tiny' | 'tiny-2', string>>
  /** Two images of one name, `twin`. */
  readonly twins: readonly [string, string]
  /** `net1` belongs to demo; the others are the administrator's, for everybody. */
  readonly networks: Readonly<Record<NetworkName, string>>
  readonly securityGroup: string
  /** Anti-affinity. */
  readonly serverGroup: string
  readonly projectId: string
  readonly userId: string
}

/** An OpenStack that answers and has its resources. */
export interface OpenStackTestbed {
  readonly authUrl: string
  readonly endpoints: Endpoints
  readonly demo: Credentials
  readonly admin: Credentials
  readonly ids: OpenStackIds
  /** Names of the nodes of the Ironic in the catalog, by resource class. */
  readonly nodes: NodeNames
  /** Ends a service with SIGKILL and resolves when it is gone. Rejects when the testbed runs none. */
  kill(service: ServiceName): Promise<void>
  /** Ends a service in order and resolves when it is gone. */
  stop(service: ServiceName): Promise<void>
  /** Starts a service unless it runs, and resolves when it answers. */
  start(service: ServiceName): Promise<void>
  /** A token of demo in project demo, as Keystone gives them out, that expires so many seconds from now. */
  token(seconds: number): Promise<string>
  /** Runs OpenStack's own client: the witness. Default user: demo. Takes one to two seconds. */
  openstack(parameters: readonly string[], user?: 'demo' | 'admin'): Promise<ClientOutput>
  /** Sets limits of project demo, by the names of Nova and Neutron; `undefined` gives it back the testbed's own. */
  quota(limits: Readonly<Record<string, number>> | undefined): Promise<void>
  /** Makes a node of the Ironic in the catalog fail, or work again. What is not named stays as it is. */
  ironicNode(name: string, changes: NodeChanges): Promise<void>
  /** Images of a guest for zone `libvirt`; made at the first call. Rejects where no hypervisor was asked for. */
  guestImages(): Promise<GuestImages>
}

const lockName = 'amphora-testbed-openstack'

/**
 * Sees to it that Keystone, Placement, Glance, Neutron, Nova and Ironic answer on this machine and have the test
 * resources; does only what is missing. Installs Debian's packages where they are missing (root only). Rejects with
 * {@link TestbedError} when it cannot.
 */
export async function openstackUp(options: OpenStackUpOptions = {}): Promise<OpenStackTestbed> {
  const { log = () => undefined, hypervisor = false } = options
  return withMachineLock(lockName, async () => {
    const site = await openSite()
    if (hypervisor) await rememberHypervisor(site)
    const standing = await bringUp(site, { hypervisor: await hasHypervisor(site), log })
    return testbed(site, standing)
  })
}

/** Stops every service that the testbed started; their state stays unless it is to be wiped. */
export async function openstackDown(options: OpenStackDownOptions = {}): Promise<void> {
  const { log = () => undefined, wipe = false } = options
  await withMachineLock(lockName, async () => {
    const folder = siteFolder()
    const site = await knownSite(folder)
    const stopped = site === undefined ? 0 : await stopAll(site, wipe, log)
    if (wipe && site !== undefined) {
      await rm(folder, { recursive: true })
      log(`removed ${folder}`)
    } else if (stopped === 0) log(`nothing to do: the testbed runs no OpenStack in ${folder}`)
  })
}

async function stopAll(site: Site, wipe: boolean, log: (line: string) => void): Promise<number> {
  const hypervisor = await hasHypervisor(site)
  const guests = hypervisor ? await endGuests(site) : 0
  if (guests > 0) log(`ended ${guests} guests`)
  if (hypervisor && wipe) await forgetGuests(site)
  const stopped = await Promise.all(
    servicesOf(site, { hypervisor }).map(async ({ name }) => {
      const process = await stopService(site, name)
      if (process !== undefined) log(`stopped ${name}, pid ${process.pid}`)
      return process
    }),
  )
  return stopped.filter((process) => process !== undefined).length
}

function testbed(site: Site, { demo, admin, images, networks, compute }: Standing): OpenStackTestbed {
  const { twins, ...named } = images
  return {
    authUrl: endpoints.keystone,
    endpoints,
    demo: credentialsOf(site, 'demo'),
    admin: credentialsOf(site, 'admin'),
    ids: {
      ...compute,
      ...networks,
      images: named,
      twins,
      projectId: demo.projectId,
      userId: demo.userId,
    },
    nodes: nodeNames,
    kill: (service) => killService(site, service),
    stop: async (service) => {
      await withMachineLock(lockName, () => stopService(site, service))
    },
    start: (service) => withMachineLock(lockName, () => startOne(site, service)),
    token: (seconds) => mintToken(site, seconds, demo),
    openstack: (parameters, user = 'demo') => runClient(site, credentialsOf(site, user), parameters),
    quota: (limits) => setQuota(admin, demo.projectId, limits),
    ironicNode: (name, changes) => changeNode(admin, name, changes),
    guestImages: () => withMachineLock(lockName, () => guestImagesOf(site, admin)),
  }
}

async function guestImagesOf(site: Site, admin: Api): Promise<GuestImages> {
  if (await hasHypervisor(site)) return ensureGuestImages(site, admin, () => undefined)
  throw new TestbedError('no host can run a guest: up was not asked for a hypervisor')
}

async function startOne(site: Site, name: ServiceName): Promise<void> {
  const service = servicesOf(site, { hypervisor: await hasHypervisor(site) }).find((one) => one.name === name)
  if (service === undefined) throw new TestbedError(`cannot start ${name}: up was not asked for a hypervisor`)
  await ensureService(site, service, () => undefined)
}

async function mintToken(
  site: Site,
  seconds: number,
  { userId, projectId }: { readonly userId: string; readonly projectId: string },
): Promise<string> {
  const script = `${site.folder}/python/mint_token.py`
  const keys = `${site.folder}/keystone/fernet`
  const { stdout } = await execa(python, [script, keys, String(seconds), userId, projectId], {
    extendEnv: false,
    env: processEnvironment(site),
  })
  return stdout
}
