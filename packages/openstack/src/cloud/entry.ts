import { listOf, own, recordOf } from '@amphora/http'
import type { AuthSettings, AuthType, EndpointInterface } from '../options.ts'
import { isSecretText, Secret } from '../secret.ts'
import { configError } from './config-error.ts'
import type { CloudLayer } from './layer.ts'
import { mergeEntry, type Mapping } from './merge-entries.ts'

/**
 * An entry of `clouds.yaml` or the environment, in openstacksdk's words, as a layer (`openstack/config/loader.py`,
 * `magic_fixes` and `_validate_auth`). A region is taken from the list of the entry where it has one.
 */
export function layerOf(given: Mapping, where: string, wantedRegion: string | undefined): CloudLayer {
  const { entry, region } = inRegion(given, where, wantedRegion)
  const read = reader(entry, where)
  return {
    where,
    auth: authOf(read, entry, where),
    region,
    interface: interfaceOf(read.first('interface', 'endpoint_type'), where),
    endpointOverride: overridesOf(entry),
    endpoint: read.auth('endpoint'),
    caFile: read.first('cacert'),
    certFile: read.first('cert'),
    keyFile: read.first('key'),
  }
}

/** Whether the entry asks for what only an option may ask for: certificates that are not looked at. */
export function asksForInsecure(entry: Mapping): boolean {
  return /^(?:false|no|0)$/i.test(textIn(entry, 'verify') ?? '') || /^true$/i.test(textIn(entry, 'insecure') ?? '')
}

interface Reader {
  /** The first of these keys that the entry itself has. */
  readonly first: (...keys: readonly string[]) => string | undefined
  /** The same of its `auth`, else of the entry itself. */
  readonly auth: (...keys: readonly string[]) => string | undefined
  /** The other way round, for what openstacksdk lets an entry's own keys override. */
  readonly outer: (...keys: readonly string[]) => string | undefined
}

function reader(entry: Mapping, where: string): Reader {
  const inner = own(entry, 'auth') ?? {}
  const auth = recordOf(inner)
  if (auth === undefined) throw configError(`${where}: auth is not a mapping`)
  const firstOf = (mapping: Mapping, keys: readonly string[]): string | undefined =>
    keys.map((key) => textIn(mapping, key)).find((value) => value !== undefined)
  return {
    first: (...keys) => firstOf(entry, keys),
    auth: (...keys) => firstOf(auth, keys) ?? firstOf(entry, keys),
    outer: (...keys) => firstOf(entry, keys) ?? firstOf(auth, keys),
  }
}

function authOf({ first, auth, outer }: Reader, entry: Mapping, where: string): AuthSettings {
  const projectName = outer('project_name', 'project-name', 'tenant_name', 'tenant-name')
  const projectId = outer('project_id', 'project-id', 'tenant_id', 'tenant-id')
  const domainName = outer('domain_name', 'domain-name')
  const domainId = outer('domain_id', 'domain-id')
  // Beside a project a bare domain is the one of the user and of the project (`_handle_domain_id`).
  const isShared = projectName !== undefined || projectId !== undefined
  const systemScope = auth('system_scope')
  if (systemScope !== undefined && systemScope !== 'all') throw configError(`${where}: system_scope can only be "all"`)
  const secret = (value: string | undefined, name: string): Secret | undefined => {
    if (value === undefined) return undefined
    if (!isSecretText(value)) throw configError(`${where}: ${name} holds control characters`)
    return new Secret(value)
  }
  return {
    type: typeOf(first('auth_type', 'auth_plugin'), where),
    authUrl: templated(auth('auth_url'), entry),
    username: auth('username', 'user_name'),
    userId: auth('user_id'),
    userDomainName: outer('user_domain_name', 'user-domain-name') ?? (isShared ? domainName : undefined),
    userDomainId: outer('user_domain_id', 'user-domain-id') ?? (isShared ? domainId : undefined),
    password: secret(auth('password'), 'password'),
    projectName,
    projectId,
    projectDomainName: outer('project_domain_name', 'project-domain-name') ?? (isShared ? domainName : undefined),
    projectDomainId: outer('project_domain_id', 'project-domain-id') ?? (isShared ? domainId : undefined),
    domainName: isShared ? undefined : domainName,
    domainId: isShared ? undefined : domainId,
    systemScope,
    applicationCredentialId: auth('application_credential_id'),
    applicationCredentialName: auth('application_credential_name'),
    applicationCredentialSecret: secret(auth('application_credential_secret'), 'application_credential_secret'),
    token: secret(outer('token', 'auth_token', 'auth-token'), 'token'),
  }
}

/** keystoneauth's names of the ways that we know. */
const TYPES: Readonly<Record<string, AuthType>> = {
  password: 'password',
  v3password: 'password',
  v3applicationcredential: 'application-credential',
  v3token: 'token',
  token: 'token',
  none: 'none',
  http_basic: 'http_basic',
}

function typeOf(given: string | undefined, where: string): AuthType | undefined {
  if (given === undefined) return undefined
  const known = Object.hasOwn(TYPES, given) ? TYPES[given] : undefined
  if (known !== undefined) return known
  throw configError(`${where}: auth_type is one of ${Object.keys(TYPES).join(', ')} here`)
}

function interfaceOf(given: string | undefined, where: string): EndpointInterface | undefined {
  // The older names end so: publicURL.
  const name = given?.replace(/URL$/, '')
  if (name === undefined || name === 'public' || name === 'internal' || name === 'admin') return name
  throw configError(`${where}: interface is public, internal or admin`)
}

/** `bare_metal_endpoint_override` would be the one of the service type `bare-metal`. */
function overridesOf(entry: Mapping): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(entry).flatMap((key) => {
      const type = /^(\w+)_endpoint_override$/.exec(key)?.[1]
      const url = textIn(entry, key)
      return type === undefined || url === undefined ? [] : [[type.replaceAll('_', '-'), url]]
    }),
  )
}

interface InRegion {
  readonly entry: Mapping
  readonly region: string | undefined
}

function inRegion(entry: Mapping, where: string, wanted: string | undefined): InRegion {
  const listed = listOf(own(entry, 'regions'))?.map((region) => readRegion(region, where))
  const plain = textIn(entry, 'region_name')
  if (listed === undefined || listed.length === 0) return { entry, region: wanted ?? plain }
  const named = wanted ?? plain
  const found = named === undefined ? listed[0] : listed.find(({ name }) => name === named)
  if (found !== undefined) return { entry: mergeEntry(entry, found.values), region: found.name }
  // The list may be the profile's; then the entry's own region is as good.
  if (wanted === undefined) return { entry, region: plain }
  const names = listed.map(({ name }) => name).join(', ')
  throw configError(`${where}: its regions are ${names}, and not the one that is asked for`)
}

function readRegion(given: unknown, where: string): { readonly name: string; readonly values: Mapping } {
  const name = typeof given === 'string' ? given : own(given, 'name')
  const values = recordOf(own(given, 'values') ?? {})
  if (typeof name === 'string' && name !== '' && values !== undefined) return { name, values }
  throw configError(`${where}: each of its regions is a name, or a mapping with a name and values`)
}

/** `https://{region_name}.cloud.example`, as profiles have it. */
function templated(url: string | undefined, entry: Mapping): string | undefined {
  return url?.replaceAll(/\{(\w+)\}/g, (whole, key: string) => textIn(entry, key) ?? whole)
}

function textIn(mapping: Mapping, key: string): string | undefined {
  const value = own(mapping, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}
