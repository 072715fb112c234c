import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { randomBytes } from 'node:crypto'
import { applianceUp, type ApplianceTestbed } from '@amphora/testbed'
import type { InventoryAppliance, InventorySnmp } from '../../src/index.ts'

const run = promisify(execFile)
/** Debian has no MIB files, and Net-SNMP's commands would tell so. */
const env = { ...process.env, MIBS: '' }

export const CADDY_TABLE = '1.3.6.1.4.1.32473.1.1.1'
export const VADC = '1.3.6.1.4.1.1872.2.6.1'
/** `agApplyConfiguration`, `agSavePending`, `agSaveConfiguration`. */
export const APPLY = '1.3.6.1.4.1.1872.2.5.1.1.1.2.0'
export const SAVE_PENDING = '1.3.6.1.4.1.1872.2.5.1.1.1.3.0'
export const SAVE = '1.3.6.1.4.1.1872.2.5.1.1.1.4.0'

/** What a witness has seen: programs that share no code with the driver. */
export interface Said {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** The testbed's appliances, and what inventories say of them. */
export interface Site {
  readonly testbed: ApplianceTestbed
  /** An owner that nobody else has. */
  readonly owner: string
  /** A web server that answers with this text. */
  backend(text: string): Promise<string>
  caddy(over?: Partial<InventoryAppliance>): InventoryAppliance
  alteon(over?: Partial<InventoryAppliance>): InventoryAppliance
  /** `snmp` of an appliance. */
  snmp(over?: Partial<InventorySnmp>): InventorySnmp
  /** An HTTP server's configuration, or all of them; over Caddy's own interface. */
  curl(path: string, ...parameters: readonly string[]): Promise<Said>
  /** `snmpget`, `snmpwalk`, `snmpset` as the user who may write: one line of values for each object. */
  ask(command: 'snmpget' | 'snmpwalk' | 'snmpset', ...parameters: readonly string[]): Promise<readonly string[]>
  clear(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const testbed = await applianceUp()
  const { endpoint, ca, cert, key, listen } = testbed.caddy
  process.env['HWLB_E2E_AUTH_KEY'] = testbed.snmp.authKey
  process.env['HWLB_E2E_PRIV_KEY'] = testbed.snmp.privKey
  process.env['HWLB_E2E_COMMUNITY'] = testbed.snmp.community
  const servers: Server[] = []
  const snmp: Site['snmp'] = (over = {}) => ({
    user: testbed.snmp.user,
    authKey: { env: 'HWLB_E2E_AUTH_KEY' },
    privKey: { env: 'HWLB_E2E_PRIV_KEY' },
    host: testbed.snmp.host,
    port: testbed.snmp.port,
    ...over,
  })
  return {
    testbed,
    owner: `e${randomBytes(3).toString('hex')}`,
    snmp,
    backend: async (text) => {
      const server = createServer((_request, response) => void response.end(text)).listen(0, '127.0.0.1')
      await once(server, 'listening')
      servers.push(server)
      const address = server.address()
      return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
    },
    caddy: (over = {}) => ({
      profile: 'caddy',
      endpoint,
      tls: { ca: { file: ca }, cert: { file: cert }, key: { file: key } },
      snmp: snmp(),
      images: { web: 'one', other: 'two' },
      settings: { listen: [listen], templates: { one: ['127.0.0.1:9'], two: ['127.0.0.1:9', '127.0.0.1:10'] } },
      ...over,
    }),
    alteon: (over = {}) => ({
      profile: 'alteon-vx',
      endpoint: `snmp://${testbed.snmp.host}:${testbed.snmp.port}`,
      snmp: snmp(),
      images: { standard: '32.6.1.0', other: '32.4.9.0' },
      networks: { front: 101, back: 102 },
      ...over,
    }),
    curl: (path, ...parameters) =>
      said('curl', ['-sS', '--cacert', ca, '--cert', cert, '--key', key, ...parameters, `${endpoint}${path}`]),
    ask: async (command, ...parameters) => {
      const agent = `${testbed.snmp.host}:${testbed.snmp.port}`
      const { stdout, stderr, exitCode } = await said(command, [
        ...testbed.snmpCredentials,
        '-Onq',
        agent,
        ...parameters,
      ])
      if (exitCode !== 0) throw new Error(`${command} failed: ${stderr}`)
      return stdout.trimEnd().split('\n')
    },
    clear: async () => {
      for (const server of servers.splice(0)) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}

/** Runs a program to its end, whatever that is. */
export async function said(program: string, parameters: readonly string[]): Promise<Said> {
  return run(program, [...parameters], { env, timeout: 20_000 }).then(
    ({ stdout, stderr }) => ({ exitCode: 0, stdout, stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string }) => ({
      exitCode: typeof error.code === 'number' ? error.code : -1,
      stdout: error.stdout ?? '',
      stderr: error.stderr ?? '',
    }),
  )
}

/** The value of a line of `-Onq`, without the quotes of a text. */
export function valueOf(line: string): string {
  return line
    .slice(line.indexOf(' ') + 1)
    .trim()
    .replaceAll(/^"|"$/g, '')
}
