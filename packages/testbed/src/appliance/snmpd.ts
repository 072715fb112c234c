import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { executablePath } from '../executable.ts'
import { adminSocket } from './caddy.ts'
import { applianceAddresses, SNMP_USER } from './addresses.ts'
import type { Daemon } from './daemon.ts'
import { putApplianceFile, type ApplianceSite } from './site.ts'

/** What a client of snmpd needs. */
export interface SnmpAccess {
  readonly host: string
  readonly port: number
  /** Version 3, may write. */
  readonly user: string
  readonly authProtocol: 'sha256'
  readonly authKey: string
  readonly privProtocol: 'aes'
  readonly privKey: string
  /** Version 2c, may only read. */
  readonly community: string
}

export function snmpAccess({ secrets }: ApplianceSite): SnmpAccess {
  const { host, snmpPort } = applianceAddresses
  return { host, port: snmpPort, user: SNMP_USER, authProtocol: 'sha256', privProtocol: 'aes', ...secrets }
}

/** Where snmpd keeps how often it was started. */
export function persistentFolder({ folder }: ApplianceSite): string {
  return join(folder, 'snmpd/persist')
}

/** Debian's snmpd with the tables of two vendors, each behind an agent of ours. */
export async function snmpDaemon(site: ApplianceSite): Promise<Daemon> {
  await putApplianceFile(site, 'snmpd/snmpd.conf', configurationOf(site))
  return {
    name: 'snmpd',
    port: { kind: 'udp', number: applianceAddresses.snmpPort },
    command: [await executablePath('snmpd'), '-f', '-Lo'],
    environment: {
      ...snmpEnvironment,
      // Not `-C -c FILE`: with it snmpd does not read back what it has kept.
      SNMPCONFPATH: `${join(site.folder, 'snmpd')}:${persistentFolder(site)}`,
      SNMP_PERSISTENT_DIR: persistentFolder(site),
    },
    answers: () => snmpAnswers(site),
  }
}

/** Debian has no MIB files, and looking for them fills the log. */
const snmpEnvironment: Readonly<Record<string, string>> = { MIBS: '' }

export async function snmpAnswers(site: ApplianceSite): Promise<boolean> {
  const { host, port } = snmpAccess(site)
  const asked = [...snmpCredentials(site), '-t', '1', '-r', '0', `${host}:${port}`, '1.3.6.1.2.1.1.3.0']
  return !(await execa('snmpget', asked, { reject: false, env: snmpEnvironment })).failed
}

/** How Net-SNMP's own commands are told who asks. */
export function snmpCredentials(site: ApplianceSite): readonly string[] {
  const { user, authKey, privKey } = snmpAccess(site)
  return ['-v3', '-l', 'authPriv', '-u', user, '-a', 'SHA-256', '-A', authKey, '-x', 'AES', '-X', privKey]
}

function configurationOf(site: ApplianceSite): string {
  const { host, port, user, authKey, privKey, community } = snmpAccess(site)
  const agent = (name: string): string =>
    `${process.execPath} ${fileURLToPath(new URL(`../../appliance/${name}`, import.meta.url))}`
  return `agentAddress udp:${host}:${port}
# Its own, so that it is the same agent after it has forgotten everything else.
exactEngineID 0x80007ed904616d70686f7261
createUser ${user} SHA-256 "${authKey}" AES "${privKey}"
rwuser ${user} priv
rocommunity ${community} ${host}
sysObjectID 1.3.6.1.4.1.1872.1.13
sysName appliance
# One line for each question otherwise.
dontLogTCPWrappersConnects yes
pass_persist .1.3.6.1.4.1.32473.1 ${agent('caddy-agent.mjs')} ${adminSocket(site)}
pass_persist .1.3.6.1.4.1.1872.2 ${agent('alteon-agent.mjs')} ${join(site.folder, 'alteon.json')}
`
}
