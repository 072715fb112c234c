import type { OptionsSchema } from '@amphora/core'
import { cloudEntries, cloudRules, flag, text, whole, type CloudOptions, type CloudSettings } from '@amphora/openstack'
import * as v from 'valibot'

/** What a flavor of a request stands for. */
export interface FlavorOption {
  readonly resourceClass: string
  /** Standard traits or `CUSTOM_…`, all of which the node must have. */
  readonly traits?: readonly string[] | undefined
  /** Names or uuids of the nodes that may be taken. Default: every one of the class. */
  readonly candidateNodes?: readonly string[] | undefined
  /** Handed to the deployment, such as `{ boot_option: 'local' }`. */
  readonly capabilities?: Readonly<Record<string, string>> | undefined
  /** Gibibytes of the root partition, for images of partitions. */
  readonly rootGb?: number | undefined
}

/** What an image of a request stands for. */
export interface ImageOption {
  /** `https://…`, `http://…`, `file:///…`, or the id of an image in Glance. */
  readonly source: string
  /** MD5 of the image, or where a file of checksums is. A source outside Glance needs this or `hash`. */
  readonly checksum?: string | undefined
  /** In place of it, `sha256` or `sha512` and the hash. */
  readonly hashAlgorithm?: 'sha256' | 'sha512' | undefined
  readonly hash?: string | undefined
  readonly rootGb?: number | undefined
  /** Kernel and initial ramdisk, for images of partitions. */
  readonly kernel?: string | undefined
  readonly ramdisk?: string | undefined
}

/** Which cloud, and how amphorae are made on it. Plain data that survives JSON, but for secrets given as functions. */
export interface IronicOptions extends CloudOptions {
  /** Flavors by the names that requests have for them. Any other flavor is the resource class itself. */
  readonly flavors?: Readonly<Record<string, FlavorOption>> | undefined
  /** Images by the names that requests have for them. Any other image is one of Glance's. */
  readonly images?: Readonly<Record<string, ImageOption>> | undefined
  /** Project that an image of Glance's named by `tag:…` or by its name must belong to. Default: any that is visible. */
  readonly imageOwner?: string | undefined
  /** Addresses by name or uuid of the node, where Neutron knows none. */
  readonly addressOf?: Readonly<Record<string, string>> | undefined
  /** Lets a suspend cut the power where a machine does not shut down when it is asked to. Default false. */
  readonly hardPowerOff?: boolean | undefined
  /** Milliseconds that a machine has to shut down: 1 000 to 3 600 000. Default 60 000. */
  readonly softPowerOffMs?: number | undefined
  /** Nodes that one request of a list asks for: 1 to 1 000, the default and Ironic's own limit. */
  readonly pageSize?: number | undefined
}

/** The options with every default filled in. */
export interface Settings extends CloudSettings {
  readonly flavors: Readonly<Record<string, FlavorOption>>
  readonly images: Readonly<Record<string, ImageOption>>
  readonly imageOwner?: string | undefined
  readonly addressOf: Readonly<Record<string, string>>
  readonly hardPowerOff: boolean
  readonly softPowerOffMs: number
  readonly pageSize: number
}

const names = v.pipe(v.array(text, 'must be a list of texts'), v.minLength(1, 'must name one at least'))
const strange = v.never('is no option of this driver')

const flavor = v.objectWithRest(
  {
    resourceClass: v.pipe(text, v.maxLength(80, 'must have at most 80 characters')),
    traits: v.optional(names),
    candidateNodes: v.optional(names),
    capabilities: v.optional(v.record(text, v.string('must be a text'))),
    rootGb: v.optional(whole(1, 1_000_000)),
  },
  strange,
)

const image = v.objectWithRest(
  {
    source: text,
    checksum: v.optional(text),
    hashAlgorithm: v.optional(v.picklist(['sha256', 'sha512'], 'must be "sha256" or "sha512"')),
    hash: v.optional(v.pipe(text, v.regex(/^[0-9a-f]+$/i, 'must be in hexadecimal digits'))),
    rootGb: v.optional(whole(1, 1_000_000)),
    kernel: v.optional(text),
    ramdisk: v.optional(text),
  },
  strange,
)

/** Every option there is, and no other. An object with a rest instead of a strict one, which names one stranger only. */
const given = v.objectWithRest(
  {
    ...cloudEntries,
    flavors: v.optional(v.record(text, flavor), {}),
    images: v.optional(v.record(text, image), {}),
    imageOwner: v.optional(text),
    addressOf: v.optional(v.record(text, text), {}),
    hardPowerOff: v.optional(flag, false),
    softPowerOffMs: v.optional(whole(1_000, 3_600_000), 60_000),
    pageSize: v.optional(whole(1, 1000), 1000),
  },
  strange,
)

/** Every problem at once where single fields are wrong; those between fields come after. */
export const optionsSchema: OptionsSchema<Settings, IronicOptions> = v.pipe(
  given,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { images } = dataset.value
    for (const message of [...cloudRules(dataset.value), ...imageRules(images)]) addIssue({ message })
  }),
)

function imageRules(images: Settings['images']): readonly string[] {
  return Object.entries(images).flatMap(([name, { source, checksum, hash, hashAlgorithm }]) => {
    const where = `images[${JSON.stringify(name)}]`
    const isHalf = (hash === undefined) !== (hashAlgorithm === undefined)
    const isBare = source.includes('://') && checksum === undefined && hash === undefined
    return [
      ...(isHalf ? [`${where}: hashAlgorithm and hash go together`] : []),
      ...(isBare && !isHalf ? [`${where}: a source outside Glance needs checksum, or hashAlgorithm and hash`] : []),
    ]
  })
}
