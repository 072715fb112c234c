import { caddyAccess, caddyAnswers } from './caddy.ts'
import { type DaemonName, runningDaemon } from './daemon.ts'
import { applianceFolder, knownApplianceSite } from './site.ts'
import { snmpAccess, snmpAnswers } from './snmpd.ts'

export interface ApplianceDaemonStatus {
  readonly name: DaemonName
  readonly address: string
  readonly answers: boolean
  /** Its pid where the testbed started it and it runs. */
  readonly ownPid?: number
}

export interface ApplianceStatus {
  readonly folder: string
  readonly daemons: readonly ApplianceDaemonStatus[]
  /** Whether the testbed started both daemons and they answer. */
  readonly up: boolean
}

/** What there is now. Changes nothing. */
export async function applianceStatus(): Promise<ApplianceStatus> {
  const folder = applianceFolder()
  const site = await knownApplianceSite(folder)
  if (site === undefined) return { folder, daemons: [], up: false }
  const { host, port } = snmpAccess(site)
  const daemons = await Promise.all(
    [
      { name: 'caddy', address: caddyAccess(site).endpoint, asked: caddyAnswers(site) } as const,
      { name: 'snmpd', address: `udp:${host}:${port}`, asked: snmpAnswers(site) } as const,
    ].map(async ({ name, address, asked }) => {
      const [answers, own] = await Promise.all([asked, runningDaemon(site, name)])
      return { name, address, answers, ...(own === undefined ? {} : { ownPid: own.pid }) }
    }),
  )
  return { folder, daemons, up: daemons.every(({ answers, ownPid }) => answers && ownPid !== undefined) }
}

/** The status as lines to read. */
export function applianceStatusLines({ folder, daemons }: ApplianceStatus): readonly string[] {
  if (daemons.length === 0) return [`no appliances in ${folder}`]
  return daemons.map(({ name, address, answers, ownPid }) => {
    const process = ownPid === undefined ? '' : `, pid ${ownPid}`
    return `${name} ${answers ? 'answers' : 'does not answer'} at ${address}${process}`
  })
}
