import type { AuthSettings, EndpointInterface } from '../options.ts'

/** What one source says of a cloud: the options, an entry of `clouds.yaml`, or the environment. */
export interface CloudLayer {
  /** For messages: `the entry "prod" of /etc/openstack/clouds.yaml`. */
  readonly where: string
  readonly auth: AuthSettings
  readonly region?: string | undefined
  readonly interface?: EndpointInterface | undefined
  readonly endpointOverride?: Readonly<Record<string, string>> | undefined
  /** One URL for every service, where there is no catalogue. */
  readonly endpoint?: string | undefined
  readonly caCert?: string | undefined
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** Two ways to name the same thing. */
const EITHER = [
  ['username', 'userId'],
  ['userDomainName', 'userDomainId'],
  ['projectName', 'projectId'],
  ['projectDomainName', 'projectDomainId'],
  ['domainName', 'domainId'],
  ['applicationCredentialName', 'applicationCredentialId'],
] as const satisfies readonly (readonly [keyof AuthSettings, keyof AuthSettings])[]

/** Of these one is meant; domains of users and projects are not scopes. */
const SCOPES = [
  ['projectName', 'projectId'],
  ['domainName', 'domainId'],
  ['systemScope'],
] as const satisfies readonly (readonly (keyof AuthSettings)[])[]
const SECRETS = ['password', 'applicationCredentialSecret', 'token'] as const

/**
 * Who we are, where two sources say something. The upper one wins, key by key; what it names also displaces the other
 * way to name it, what it scopes to every other scope, and its kind of secret the lower one's type.
 */
export function mergeAuth(upper: AuthSettings, lower: AuthSettings): AuthSettings {
  const kept: { -readonly [K in keyof AuthSettings]: AuthSettings[K] } = { ...lower }
  for (const scope of SCOPES) {
    if (!scope.some((key) => upper[key] !== undefined)) continue
    for (const key of SCOPES.filter((other) => other !== scope).flat()) delete kept[key]
  }
  if (SECRETS.some((key) => upper[key] !== undefined)) {
    delete kept.type
    for (const key of SECRETS) delete kept[key]
  }
  for (const [name, id] of EITHER) {
    if (upper[name] !== undefined) delete kept[id]
    if (upper[id] !== undefined) delete kept[name]
  }
  return { ...kept, ...said(upper) }
}

/** The upper one wins, key by key. */
export function mergeLayers(upper: CloudLayer, lower: CloudLayer): CloudLayer {
  const trust = upper.caCert === undefined && upper.caFile === undefined ? {} : { caCert: undefined, caFile: undefined }
  return {
    ...lower,
    ...trust,
    ...said(upper),
    auth: mergeAuth(upper.auth, lower.auth),
    endpointOverride: { ...lower.endpointOverride, ...upper.endpointOverride },
    where: `${upper.where}, with ${lower.where}`,
  }
}

/** Without the keys that say nothing. */
function said<T extends object>(layer: T): Partial<T> {
  const kept: Partial<T> = { ...layer }
  for (const [key, value] of Object.entries(layer)) if (value === undefined) Reflect.deleteProperty(kept, key)
  return kept
}
