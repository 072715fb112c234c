import { rm } from 'node:fs/promises'
import { withMachineLock } from '../machine-lock.ts'
import { ensurePackages } from '../packages.ts'
import { type CaddyAccess, caddyAccess, caddyDaemon } from './caddy.ts'
import { type Daemon, type DaemonName, endDaemon, ensureDaemon } from './daemon.ts'
import { applianceFolder, type ApplianceSite, knownApplianceSite, openApplianceSite } from './site.ts'
import { persistentFolder, type SnmpAccess, snmpAccess, snmpDaemon, snmpCredentials } from './snmpd.ts'

export interface ApplianceUpOptions {
  /** Hears what was done, one line each. Default: nobody. */
  readonly log?: (line: string) => void
}

export interface ApplianceDownOptions extends ApplianceUpOptions {
  /** Also removes the folder with keys, certificates, logs and what the agents know. Default `false`. */
  readonly wipe?: boolean
}

export interface DaemonStartOptions {
  /** snmpd only: it has forgotten how often it was started, and counts from 1. Default `false`. */
  readonly forgetBoots?: boolean
}

/** Appliances that answer. */
export interface ApplianceTestbed {
  readonly caddy: CaddyAccess
  readonly snmp: SnmpAccess
  /** What tells Net-SNMP's own commands who asks. */
  readonly snmpCredentials: readonly string[]
  /** Ends a daemon with SIGKILL. */
  kill(name: DaemonName): Promise<void>
  /** Starts it again, and resolves when it answers. */
  start(name: DaemonName, options?: DaemonStartOptions): Promise<void>
}

/** `snmptrapd` for tests that start one: the testbed runs none. */
const packageNames = ['caddy', 'snmpd', 'snmptrapd', 'snmp', 'curl', 'openssl']
const lockName = 'amphora-testbed-appliance'

/** Sees to it that Caddy and snmpd answer; does only what is missing. */
export async function applianceUp({ log = () => undefined }: ApplianceUpOptions = {}): Promise<ApplianceTestbed> {
  return withMachineLock(lockName, async () => {
    await ensurePackages(packageNames, log)
    const site = await openApplianceSite()
    await ensureDaemon(site, await daemonOf(site, 'caddy'), log)
    await ensureDaemon(site, await daemonOf(site, 'snmpd'), log)
    return testbed(site)
  })
}

/** Stops what the testbed started. */
export async function applianceDown(options: ApplianceDownOptions = {}): Promise<void> {
  const { log = () => undefined, wipe = false } = options
  await withMachineLock(lockName, async () => {
    const folder = applianceFolder()
    const site = await knownApplianceSite(folder)
    let stopped = 0
    for (const name of site === undefined ? [] : (['snmpd', 'caddy'] as const)) {
      const ended = site && (await endDaemon(site, name, 'SIGTERM'))
      if (ended === undefined) continue
      stopped += 1
      log(`stopped ${name}, pid ${ended.pid}`)
    }
    if (wipe && site !== undefined) {
      await rm(folder, { recursive: true })
      log(`removed ${folder}`)
    } else if (stopped === 0) log(`nothing to do: the testbed runs no appliances in ${folder}`)
  })
}

function testbed(site: ApplianceSite): ApplianceTestbed {
  return {
    caddy: caddyAccess(site),
    snmp: snmpAccess(site),
    snmpCredentials: snmpCredentials(site),
    kill: async (name) => void (await endDaemon(site, name, 'SIGKILL')),
    start: (name, { forgetBoots = false } = {}) =>
      withMachineLock(lockName, async () => {
        if (name === 'snmpd' && forgetBoots) await rm(persistentFolder(site), { recursive: true, force: true })
        await ensureDaemon(site, await daemonOf(site, name), () => undefined)
      }),
  }
}

function daemonOf(site: ApplianceSite, name: DaemonName): Promise<Daemon> {
  return name === 'caddy' ? caddyDaemon(site) : snmpDaemon(site)
}
