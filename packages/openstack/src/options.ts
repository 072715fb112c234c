import * as v from 'valibot'
import { flag, text } from './option-values.ts'
import { isSecretText, Secret, type SecretSource } from './secret.ts'

/** How we prove who we are. */
export type AuthType = 'password' | 'application-credential' | 'token' | 'none' | 'http_basic'

/** Which of a service's endpoints is used. */
export type EndpointInterface = 'public' | 'internal' | 'admin'

/**
 * Who we are, and for what. What is left out comes from the entry of `clouds.yaml`. Users, projects and application
 * credentials go by name or by id; names of users and projects need their domain.
 */
export interface AuthOptions {
  /** Left out, it follows from the secret that is given. */
  readonly type?: AuthType | undefined
  /** Keystone: `https://cloud.example:5000`. `/v3` is added where no version is in the path. */
  readonly authUrl?: string | undefined
  readonly username?: string | undefined
  readonly userId?: string | undefined
  readonly userDomainName?: string | undefined
  readonly userDomainId?: string | undefined
  readonly password?: SecretSource | undefined
  readonly projectName?: string | undefined
  readonly projectId?: string | undefined
  readonly projectDomainName?: string | undefined
  readonly projectDomainId?: string | undefined
  /** In place of a project: a whole domain. */
  readonly domainName?: string | undefined
  readonly domainId?: string | undefined
  /** In place of a project: the whole cloud. */
  readonly systemScope?: 'all' | undefined
  readonly applicationCredentialId?: string | undefined
  readonly applicationCredentialName?: string | undefined
  readonly applicationCredentialSecret?: SecretSource | undefined
  /** A token that somebody else got. A function may give a new one when it is no longer accepted. */
  readonly token?: SecretSource | undefined
}

/**
 * The part of a driver's options that says which cloud, and who we are there. What is given here wins over the entry of
 * `clouds.yaml`, which wins over the environment. Plain data that survives JSON, but for secrets given as functions.
 */
export interface CloudOptions {
  /** An entry of `clouds.yaml`, with `secure.yaml` and `clouds-public.yaml`. */
  readonly cloud?: string | undefined
  /** Takes `OS_CLOUD`, `OS_CLIENT_CONFIG_FILE`, `OS_AUTH_URL` and so on; left out, no such variable is read. */
  readonly fromEnvironment?: boolean | undefined
  /** In place of looking for `clouds.yaml` and `secure.yaml` in their usual places. */
  readonly cloudsFile?: string | undefined
  readonly secureFile?: string | undefined
  readonly auth?: AuthOptions | undefined
  readonly region?: string | undefined
  /** Default `public`. */
  readonly interface?: EndpointInterface | undefined
  /** URLs by service type (`compute`, `image`, `network`, `baremetal`), in place of what the catalogue says. */
  readonly endpointOverride?: Readonly<Record<string, string>> | undefined
  /** The authorities to trust, PEM as text. */
  readonly caCert?: string | undefined
  /** The same as a file, read at the first call. */
  readonly caFile?: string | undefined
  /** SHA-256 of the certificate of every endpoint, in hex, in place of the name in it. */
  readonly certificatePin?: string | undefined
  /** Takes any certificate of anybody; warns once. */
  readonly insecureSkipVerify?: boolean | undefined
  /** Lets `http:` through: to this machine (`true`), or to any (`'anywhere'`). Default false. */
  readonly allowInsecureHttp?: boolean | 'anywhere' | undefined
}

/** `AuthOptions` after the schema: secrets are hidden. */
export interface AuthSettings extends Omit<AuthOptions, 'password' | 'applicationCredentialSecret' | 'token'> {
  readonly password?: Secret | undefined
  readonly applicationCredentialSecret?: Secret | undefined
  readonly token?: Secret | undefined
}

/** What the schema makes of `CloudOptions`; it may be shown, since the secrets in it do not show. */
export interface CloudSettings extends Omit<CloudOptions, 'auth'> {
  readonly auth?: AuthSettings | undefined
}

type Entry<Input, Output = Input> = v.OptionalSchema<v.GenericSchema<Input, Output>, undefined>

const secret: v.GenericSchema<SecretSource, Secret> = v.pipe(
  v.custom<SecretSource>(
    (value) => typeof value === 'function' || isSecretText(value),
    'must be a text without control characters that is not empty, or a function that gives one',
  ),
  v.transform((source) => new Secret(source)),
)

const auth: v.GenericSchema<AuthOptions, AuthSettings> = v.objectWithRest(
  {
    type: v.optional(
      v.picklist(
        ['password', 'application-credential', 'token', 'none', 'http_basic'],
        'must be "password", "application-credential", "token", "none" or "http_basic"',
      ),
    ),
    authUrl: v.optional(text),
    username: v.optional(text),
    userId: v.optional(text),
    userDomainName: v.optional(text),
    userDomainId: v.optional(text),
    password: v.optional(secret),
    projectName: v.optional(text),
    projectId: v.optional(text),
    projectDomainName: v.optional(text),
    projectDomainId: v.optional(text),
    domainName: v.optional(text),
    domainId: v.optional(text),
    systemScope: v.optional(v.literal('all', 'must be "all"')),
    applicationCredentialId: v.optional(text),
    applicationCredentialName: v.optional(text),
    applicationCredentialSecret: v.optional(secret),
    token: v.optional(secret),
  },
  v.never('is no option of auth'),
)

/**
 * The entries for these options that a driver spreads into the object schema of its own. They look at one option each
 * and open nothing; `cloudRules` looks at them together.
 */
export const cloudEntries: {
  readonly cloud: Entry<string>
  readonly fromEnvironment: Entry<boolean>
  readonly cloudsFile: Entry<string>
  readonly secureFile: Entry<string>
  readonly auth: Entry<AuthOptions, AuthSettings>
  readonly region: Entry<string>
  readonly interface: Entry<EndpointInterface>
  readonly endpointOverride: Entry<Record<string, string>>
  readonly caCert: Entry<string>
  readonly caFile: Entry<string>
  readonly certificatePin: Entry<string>
  readonly insecureSkipVerify: Entry<boolean>
  readonly allowInsecureHttp: Entry<boolean | 'anywhere'>
} = {
  cloud: v.optional(text),
  fromEnvironment: v.optional(flag),
  cloudsFile: v.optional(text),
  secureFile: v.optional(text),
  auth: v.optional(auth),
  region: v.optional(text),
  interface: v.optional(v.picklist(['public', 'internal', 'admin'], 'must be "public", "internal" or "admin"')),
  endpointOverride: v.optional(v.record(text, text)),
  caCert: v.optional(v.pipe(v.string('must be a text'), v.includes('-----BEGIN ', 'must be PEM, as text'))),
  caFile: v.optional(text),
  certificatePin: v.optional(
    v.pipe(
      v.string('must be a text'),
      v.regex(/^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, 'must be a SHA-256 in hex, 64 digits'),
    ),
  ),
  insecureSkipVerify: v.optional(flag),
  allowInsecureHttp: v.optional(v.union([flag, v.literal('anywhere')], 'must be true, false or "anywhere"')),
}
