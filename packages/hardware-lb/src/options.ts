import type { OptionsSchema } from '@amphora/core'
import * as v from 'valibot'
import type { Inventory, TrapReceiverOptions } from './inventory/inventory.ts'
import { readText } from './inventory/read-text.ts'
import { checkInventory, type CheckedInventory, type Problem } from './inventory/schema.ts'
import type { ApplianceEntry, HardwareSettings } from './inventory/settings.ts'
import { trapSchema } from './inventory/snmp-schema.ts'
import { isProtected } from './snmp/access.ts'

/** What every driver of this package takes. Data that survives JSON, but where a secret is given by a function. */
export interface HardwareOptions {
  /** The appliances, as an object or as text in YAML or JSON. Those of other profiles are left to their own drivers. */
  readonly inventory: Inventory | string
  /**
   * What stands before every name on the box. Default: nothing where guests carry a mark of ours. Where the name is the
   * mark it is the owner and a hyphen, always.
   */
  readonly namePrefix?: string | undefined
  /** Listens for traps of the appliances, so that `watch` sees sooner what has changed. Left out: it does not listen. */
  readonly traps?: TrapReceiverOptions | undefined
}

/** What the options of a driver need of its profile. */
export interface OptionsProfile<Settings> {
  readonly name: string
  readonly ownership: 'mark' | 'name'
  readonly lifecycle?: 'rest' | 'snmp' | undefined
  readonly credentials: 'password' | 'none'
  readonly settings?: OptionsSchema<Settings, unknown>
}

const given = v.objectWithRest(
  {
    inventory: v.unknown(),
    namePrefix: v.optional(
      v.pipe(
        v.string('must be a text'),
        v.regex(/^[A-Za-z0-9_.-]{0,20}$/, 'is up to 20 letters, digits, "_", "." and "-"'),
      ),
      '',
    ),
    traps: v.optional(trapSchema),
  },
  v.never('is no option of this driver'),
)

/** Every problem at once: of the options, of the inventory, and of what only the profile knows. */
export function optionsSchema<Settings>(
  profile: OptionsProfile<Settings>,
): OptionsSchema<HardwareSettings<Settings>, HardwareOptions> {
  return { '~standard': { version: 1, vendor: 'amphora', validate: (options) => validate(profile, options) } }
}

function validate<Settings>(profile: OptionsProfile<Settings>, options: unknown): unknown {
  const result = v.safeParse(given, options)
  const own = result.success ? [] : problemsOf(result.issues)
  const written =
    typeof options === 'object' && options !== null && 'inventory' in options ? options.inventory : undefined
  const inventory = inventoryOf(written)
  if ('problems' in inventory) return { issues: [...own, ...inventory.problems.map(below)] }
  const { entries, problems } = ownEntries(profile, inventory)
  const all = [...own, ...problems.map(below)]
  if (!result.success || all.length > 0) return { issues: all }
  const { namePrefix, traps } = result.output
  if (profile.ownership === 'name' && namePrefix !== '') {
    return { issues: [{ message: 'has no meaning here: the owner stands before every name', path: ['namePrefix'] }] }
  }
  const others = inventory.appliances
    .filter((one) => one.profile !== profile.name)
    .map(({ profile: other, entry }) => ({ appliance: entry.appliance.id, profile: other }))
  const { flavors } = inventory
  return { value: { entries, others, flavors, namePrefix, traps } satisfies HardwareSettings<Settings> }
}

function inventoryOf(written: unknown): CheckedInventory | { readonly problems: readonly Problem[] } {
  if (typeof written !== 'string') return checkInventory(written)
  const read = readText(written)
  return 'problem' in read ? { problems: [{ message: read.problem, path: [] }] } : checkInventory(read.value)
}

/** The appliances of this profile, with their `settings` as it understands them. */
function ownEntries<Settings>(
  { name, settings, credentials, lifecycle = 'rest' }: OptionsProfile<Settings>,
  { appliances }: CheckedInventory,
): { readonly entries: readonly ApplianceEntry<Settings>[]; readonly problems: readonly Problem[] } {
  const entries: ApplianceEntry<Settings>[] = []
  const problems: Problem[] = []
  for (const { entry } of appliances.filter(({ profile }) => profile === name)) {
    const { appliance, access, snmp } = entry
    const at = ['appliances', appliance.id]
    if ((credentials === 'password') !== (access.credentials !== undefined)) {
      const message =
        credentials === 'password' ? 'are needed: { username, password }' : 'are not asked for by this kind of box'
      problems.push({ message, path: [...at, 'credentials'] })
    }
    for (const [field, message] of transportProblems(lifecycle, entry)) problems.push({ message, path: [...at, field] })
    const result =
      settings === undefined ? undefinedOnly<Settings>(appliance.settings) : checked(settings, appliance.settings)
    if ('problems' in result) {
      problems.push(...result.problems.map((problem) => ({ ...problem, path: [...at, 'settings', ...problem.path] })))
    } else entries.push({ appliance: { ...appliance, settings: result.value }, access, snmp })
  }
  const isOwnless = entries.length + problems.length === 0
  return {
    entries,
    problems: isOwnless ? [{ message: `has no appliance of the profile "${name}"`, path: [] }] : problems,
  }
}

function* transportProblems(
  lifecycle: 'rest' | 'snmp',
  { appliance: { endpoint }, snmp }: ApplianceEntry<unknown>,
): Iterable<readonly [string, string]> {
  if (lifecycle === 'rest') {
    if (endpoint.protocol === 'snmp:') yield ['endpoint', 'this kind of box is spoken to over https']
    return
  }
  if (endpoint.protocol !== 'snmp:') yield ['endpoint', 'this kind of box is spoken to over SNMP: snmp://host[:port]']
  if (snmp === undefined) yield ['snmp', 'is needed: this kind of box is spoken to over SNMP']
  else if (!isProtected(snmp.credentials))
    yield ['snmp', 'needs a user with an authKey: what is built is built over it']
}

type Checked<Settings> = { readonly value: Settings } | { readonly problems: readonly Problem[] }

function undefinedOnly<Settings>(value: unknown): Checked<Settings> {
  if (value !== undefined) return { problems: [{ message: 'are not known to this profile', path: [] }] }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a profile without settings has `undefined` for them
  return { value: undefined as Settings }
}

function checked<Settings>(schema: OptionsSchema<Settings, unknown>, value: unknown): Checked<Settings> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a Standard Schema answers, by its own types
  const result = schema['~standard'].validate(value) as
    | { readonly value: Settings; readonly issues?: undefined }
    | { readonly issues: readonly Issue[] }
  return result.issues === undefined ? { value: result.value } : { problems: problemsOf(result.issues) }
}

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: unknown })[] | undefined
}

function problemsOf(issues: readonly Issue[]): readonly Problem[] {
  return issues.map(({ message, path = [] }) => ({
    message,
    path: path.map((part) => String(typeof part === 'object' ? part.key : part)),
  }))
}

function below(problem: Problem): Problem {
  return { ...problem, path: ['inventory', ...problem.path] }
}
