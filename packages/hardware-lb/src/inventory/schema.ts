import * as v from 'valibot'
import { DIMENSIONS, type GuestSize } from '../profile/capabilities.ts'
import { addressesOf } from './address-range.ts'
import { secretSchema } from './secret.ts'
import type { ApplianceEntry } from './settings.ts'
import { snmpSchema } from './snmp-schema.ts'

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))
const flag = v.boolean('must be true or false')
const amount = v.pipe(v.number('must be a number'), v.finite('must be finite'), v.gtValue(0, 'must be above 0'))
const whole = v.pipe(v.number('must be a number'), v.integer('must be whole'), v.minValue(1, 'must be at least 1'))
const word = (what: string): v.GenericSchema<string, string> =>
  v.pipe(
    v.string('must be a text'),
    v.regex(/^[a-z][a-z0-9-]{0,30}$/, `${what} is 1 to 31 lower case letters, digits and hyphens, a letter first`),
  )

const endpoint = v.pipe(
  text,
  v.check(isPlainUrl, 'must be https://host[:port][/path], or snmp://host[:port], without user, query and fragment'),
  v.transform((url) => new URL(url)),
)

const range = v.pipe(
  text,
  v.check((given) => addressesOf(given) !== undefined, 'must be an IPv4 address, or two of them with a hyphen between'),
)

const tls = v.strictObject(
  {
    ca: v.optional(secretSchema),
    pin: v.optional(v.pipe(text, v.regex(/^(?:[0-9a-fA-F]{2}:?){32}$/, 'must be a SHA-256 in hex'))),
    servername: v.optional(text),
    cert: v.optional(secretSchema),
    key: v.optional(secretSchema),
    insecureSkipVerify: v.optional(flag, false),
  },
  'must be an object of ca, pin, servername, cert, key and insecureSkipVerify',
)

/** Every field that an appliance has, whatever its profile, and no other. */
const appliance = v.pipe(
  v.objectWithRest(
    {
      profile: word('a profile'),
      endpoint,
      domain: v.optional(word('a domain')),
      cordoned: v.optional(flag, false),
      credentials: v.optional(
        v.strictObject({ username: text, password: secretSchema }, 'must be { username, password }'),
      ),
      tls: v.optional(tls, {}),
      snmp: v.optional(snmpSchema),
      allowInsecureHttp: v.optional(v.union([flag, v.literal('anywhere')], 'must be true, false or "anywhere"'), false),
      images: v.optional(v.record(text, text), {}),
      networks: v.optional(v.record(text, v.pipe(whole, v.maxValue(4094, 'must be at most 4094'))), {}),
      management: v.optional(
        v.strictObject(
          {
            addresses: v.pipe(v.array(range), v.minLength(1, 'must not be empty')),
            prefixLength: v.pipe(whole, v.maxValue(32, 'must be at most 32')),
            gateway: text,
          },
          'must be { addresses, prefixLength, gateway }',
        ),
      ),
      maxGuests: v.optional(whole),
      settings: v.optional(v.unknown()),
    },
    v.never('is no field of an appliance'),
  ),
  v.check(
    ({ endpoint: { protocol }, allowInsecureHttp }) => protocol !== 'http:' || allowInsecureHttp !== false,
    'endpoint is plain http, and allowInsecureHttp is not set',
  ),
)

const flavor = v.pipe(
  v.objectWithRest(
    Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, v.exactOptional(amount)])),
    v.never(`is none of ${DIMENSIONS.join(', ')}`),
  ),
  v.check((size) => Object.keys(size).length > 0, 'must set at least one size'),
)

const inventory = v.objectWithRest(
  {
    appliances: v.pipe(
      v.record(word('the id of an appliance'), appliance, 'must be an object of appliances by id'),
      v.check((all) => Object.keys(all).length > 0, 'must name at least one appliance'),
    ),
    flavors: v.optional(v.record(text, flavor), {}),
  },
  v.never('is no part of an inventory'),
)

/** What is wrong with it, and where. */
export interface Problem {
  readonly message: string
  readonly path: readonly string[]
}

/** An inventory that keeps every rule but those of profiles. */
export interface CheckedInventory {
  readonly appliances: readonly CheckedAppliance[]
  readonly flavors: Readonly<Record<string, GuestSize>>
}

/** An appliance, and the `settings` that its profile has yet to check. */
interface CheckedAppliance {
  readonly profile: string
  readonly entry: ApplianceEntry<unknown>
}

/** Every problem at once. The appliances of all profiles are checked, but for their `settings`. */
export function checkInventory(value: unknown): CheckedInventory | { readonly problems: readonly Problem[] } {
  const result = v.safeParse(inventory, value)
  if (!result.success) {
    return {
      problems: result.issues.map(({ message, path = [] }) => ({ message, path: path.map(({ key }) => String(key)) })),
    }
  }
  const { appliances, flavors } = result.output
  return {
    flavors,
    appliances: Object.entries(appliances).map(([id, given]) => ({
      profile: given.profile,
      entry: entryOf(id, given),
    })),
  }
}

function entryOf(id: string, given: v.InferOutput<typeof appliance>): ApplianceEntry<unknown> {
  const { endpoint: url, domain = id, cordoned, images, networks, management, maxGuests, settings, snmp } = given
  const {
    credentials,
    tls: { ca, pin, servername, cert, key, insecureSkipVerify },
    allowInsecureHttp,
  } = given
  return {
    appliance: {
      id,
      endpoint: url,
      domain,
      isCordoned: cordoned,
      images,
      networks,
      management: management && {
        ...management,
        addresses: management.addresses.flatMap((one) => addressesOf(one) ?? []),
      },
      maxGuests,
      settings,
    },
    snmp: snmp && {
      ...snmp,
      host: snmp.host ?? url.hostname.replaceAll(/^\[|\]$/g, ''),
      port: portOf(url) ?? snmp.port,
    },
    access: { credentials, tls: { ca, pin, servername, cert, key, insecureSkipVerify }, allowInsecureHttp },
  }
}

/** `snmp://host:port` names the agent itself. */
function portOf({ protocol, port }: URL): number | undefined {
  return protocol === 'snmp:' && port !== '' ? Number(port) : undefined
}

function isPlainUrl(given: string): boolean {
  if (!URL.canParse(given)) return false
  const { protocol, hostname, pathname, username, password, search, hash } = new URL(given)
  if (`${username}${password}${search}${hash}` !== '' || hostname === '') return false
  return ['https:', 'http:'].includes(protocol) || (protocol === 'snmp:' && pathname === '')
}
