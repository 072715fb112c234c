import * as v from 'valibot'
import { AUTH_PROTOCOLS, PRIV_PROTOCOLS, type SnmpAccess, type SnmpCredentials } from '../snmp/access.ts'
import { secretSchema } from './secret.ts'

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))
const flag = v.boolean('must be true or false')
const port = v.pipe(
  v.number('must be a number'),
  v.integer('must be whole'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(65_535, 'must be at most 65535'),
)
const from = (least: number, most: number): v.GenericSchema<number, number> =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be whole'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  )

/** Who is who: of an agent, and of the senders of traps. */
const credentials = {
  version: v.optional(v.picklist(['v3', 'v2c'], 'must be v3 or v2c'), 'v3'),
  user: v.optional(text),
  authProtocol: v.optional(v.picklist(AUTH_PROTOCOLS, `must be one of ${AUTH_PROTOCOLS.join(', ')}`), 'sha256'),
  authKey: v.optional(secretSchema),
  privProtocol: v.optional(v.picklist(PRIV_PROTOCOLS, `must be one of ${PRIV_PROTOCOLS.join(', ')}`), 'aes'),
  privKey: v.optional(secretSchema),
  community: v.optional(secretSchema),
  allowWeakSnmp: v.optional(flag, false),
}

const given = v.object(credentials)
type Given = v.InferOutput<typeof given>

/** How an agent is reached, but for the host where it is that of the endpoint. */
export interface SnmpSettings extends Omit<SnmpAccess, 'host'> {
  readonly host: string | undefined
}

/** `snmp` of an appliance. */
export const snmpSchema: v.GenericSchema<unknown, SnmpSettings> = v.pipe(
  v.strictObject(
    {
      ...credentials,
      host: v.optional(text),
      port: v.optional(port, 161),
      timeoutMs: v.optional(from(50, 10_000), 1_000),
      retries: v.optional(from(0, 5), 2),
    },
    'must be an object of version, user, authProtocol, authKey, privProtocol, privKey, community, host, port, timeoutMs, retries and allowWeakSnmp',
  ),
  checked(),
  v.transform(({ host, port, timeoutMs, retries, ...who }) => ({
    host,
    port,
    timeoutMs,
    retries,
    credentials: credentialsOf(who),
  })),
)

/** Where traps are received, and from whom. */
export interface TrapSettings {
  readonly address: string
  readonly port: number
  readonly credentials: SnmpCredentials
}

/** `traps` of the options. Ports below 1024 would need privileges. */
export const trapSchema: v.GenericSchema<unknown, TrapSettings> = v.pipe(
  v.strictObject(
    { ...credentials, address: text, port: v.optional(from(1_024, 65_535), 10_162) },
    'must be an object of address, port, version, user, authProtocol, authKey, privProtocol, privKey, community and allowWeakSnmp',
  ),
  checked(),
  v.transform(({ address, port, ...who }) => ({ address, port, credentials: credentialsOf(who) })),
)

function checked<T extends Given>(): v.CheckAction<T, string> | v.RawCheckAction<T> {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    for (const message of problemsOf(dataset.value)) addIssue({ message })
  })
}

/** What is protected less than it might be has to be wanted. */
function* problemsOf({ version, user, authKey, privKey, community, ...rest }: Given): Iterable<string> {
  if (version === 'v2c') {
    if (community === undefined) yield 'this version needs a community'
    if ([user, authKey, privKey].some((one) => one !== undefined)) yield 'this version has neither user nor keys'
    if (!rest.allowWeakSnmp) yield 'this version protects nothing; it needs allowWeakSnmp'
    return
  }
  if (user === undefined) yield 'a user is needed'
  if (community !== undefined) yield 'a community belongs to version 2c, which has to be spelled out'
  if (authKey === undefined && privKey !== undefined) yield 'a privKey needs an authKey'
  const weak = [
    ...(authKey === undefined ? ['no authKey'] : []),
    ...(authKey !== undefined && privKey === undefined ? ['no privKey'] : []),
    ...(rest.authProtocol === 'md5' ? ['this authProtocol'] : []),
    ...(rest.privProtocol === 'des' ? ['this privProtocol'] : []),
  ]
  if (weak.length > 0 && !rest.allowWeakSnmp) yield `${weak.join(', ')}: too weak without allowWeakSnmp`
}

function credentialsOf(given: Given): SnmpCredentials {
  const { version, user = '', authProtocol, authKey, privProtocol, privKey, community } = given
  if (version === 'v2c' && community !== undefined) return { version, community }
  return {
    version: 'v3',
    user,
    auth: authKey && { protocol: authProtocol, key: authKey },
    priv: privKey && { protocol: privProtocol, key: privKey },
  }
}
