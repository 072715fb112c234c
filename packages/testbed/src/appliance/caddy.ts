import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { executablePath } from '../executable.ts'
import { applianceAddresses } from './addresses.ts'
import type { Daemon } from './daemon.ts'
import { putApplianceFile, type ApplianceSite } from './site.ts'

/** What a client of Caddy's admin interface needs: paths of files in PEM. */
export interface CaddyAccess {
  readonly endpoint: string
  /** Of the authority that signs Caddy's certificate, which Caddy renews by itself. */
  readonly ca: string
  /** The one client that Caddy lets in, and its key. */
  readonly cert: string
  readonly key: string
  /** Where tenants may listen, as Caddy writes ranges. */
  readonly listen: string
}

export function caddyAccess({ folder }: ApplianceSite): CaddyAccess {
  const { host, caddyPort, tenantPorts } = applianceAddresses
  return {
    endpoint: `https://${host}:${caddyPort}`,
    ca: join(folder, 'caddy/caddy/pki/authorities/local/root.crt'),
    cert: join(folder, 'client.crt'),
    key: join(folder, 'client.key'),
    listen: `${host}:${tenantPorts.first}-${tenantPorts.last}`,
  }
}

/** The admin interface for the agent beside Caddy, which needs no certificate. */
export function adminSocket({ folder }: ApplianceSite): string {
  return join(folder, 'caddy.sock')
}

/** Caddy, as it is started. What it is configured to do is gone when it ends. */
export async function caddyDaemon(site: ApplianceSite): Promise<Daemon> {
  const access = caddyAccess(site)
  await ensureClient(access)
  await putApplianceFile(site, 'caddy.json', `${JSON.stringify(await configurationOf(site, access), undefined, 2)}\n`)
  const data = join(site.folder, 'caddy')
  return {
    name: 'caddy',
    port: { kind: 'tcp', number: applianceAddresses.caddyPort },
    command: [await executablePath('caddy'), 'run', '--config', join(site.folder, 'caddy.json')],
    environment: { XDG_DATA_HOME: data, XDG_CONFIG_HOME: data },
    answers: () => caddyAnswers(site),
  }
}

export async function caddyAnswers(site: ApplianceSite): Promise<boolean> {
  const { endpoint, ca, cert, key } = caddyAccess(site)
  const tls = ['--cacert', ca, '--cert', cert, '--key', key]
  const asked = ['-sSf', '-m', '2', ...tls, `${endpoint}/config/apps/http/servers`]
  return !(await execa('curl', asked, { reject: false })).failed
}

/** `admin.remote` is the admin interface over TLS, for clients whose certificates it has been told (Caddy 2.4). */
async function configurationOf(site: ApplianceSite, { cert }: CaddyAccess): Promise<object> {
  const { host, caddyPort } = applianceAddresses
  const publicKey = (await readFile(cert, 'utf8')).replaceAll(/-----.*?-----|\s/g, '')
  const permissions = [{ paths: ['/config/', '/id/'], methods: ['GET', 'PUT', 'PATCH', 'DELETE'] }]
  return {
    admin: {
      listen: `unix/${adminSocket(site)}`,
      origins: ['localhost'],
      config: { persist: false },
      identity: { identifiers: [host], issuers: [{ module: 'internal' }] },
      remote: { listen: `${host}:${caddyPort}`, access_control: [{ public_keys: [publicKey], permissions }] },
    },
    apps: {
      pki: { certificate_authorities: { local: { install_trust: false } } },
      http: { servers: {} },
    },
  }
}

async function ensureClient({ cert, key }: CaddyAccess): Promise<void> {
  const made = await Promise.all([cert, key].map((path) => readFile(path, 'utf8').catch(() => '')))
  if (made.every((text) => text.includes('-----END '))) return
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', key, '-out', cert]
  await execa('openssl', ['req', '-x509', ...curve, '-days', '3650', '-subj', '/CN=amphora testbed', ...files])
}
