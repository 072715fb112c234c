import type { OptionsSchema } from '@amphora/core'
import { cloudEntries, cloudRules, flag, text, whole, type CloudOptions, type CloudSettings } from '@amphora/openstack'
import * as v from 'valibot'

/** Which cloud, and how amphorae are made on it. Plain data that survives JSON, but for secrets given as functions. */
export interface NovaOptions extends CloudOptions {
  /**
   * How files travel. `cloud-init`: in the user data, which stays with the server through a rebuild. `personality`: as
   * Nova's injected files, up to microversion 2.56. `auto`, the default: the first that fits.
   */
  readonly files?: 'auto' | 'cloud-init' | 'personality' | undefined
  /** One key pair of the operator's, by its name in Nova, beside the keys of the request. */
  readonly keyName?: string | undefined
  /** What a request without networks and ports means. Left out, it is refused; `auto` may create a network. */
  readonly emptyNetworks?: 'none' | 'auto' | undefined
  /** Names or ids of the flavors that a size may choose among. Default: every enabled one without extra specs. */
  readonly sizeFlavors?: readonly string[] | undefined
  /** Project that an image named by `tag:…` or by its name must belong to. Default: any that is visible. */
  readonly imageOwner?: string | undefined
  /** Deletes for good also where the cloud keeps deleted servers for a while. Default false. */
  readonly forceDelete?: boolean | undefined
  /** Reports the ids of ports too, which costs one request more per `getAmphora`. Default false. */
  readonly reportPorts?: boolean | undefined
  /**
   * Milliseconds after which a create that got no answer can no longer be carried out: 0 to 600 000. Default 30 000.
   * Less than the time that the load balancer before Nova holds a request makes second servers possible.
   */
  readonly settleMs?: number | undefined
  /** Servers that one request of a list asks for: 1 to 1 000, the default and Nova's own limit. */
  readonly pageSize?: number | undefined
}

/** The options with every default filled in. */
export interface Settings extends CloudSettings {
  readonly files: 'auto' | 'cloud-init' | 'personality'
  readonly keyName?: string | undefined
  readonly emptyNetworks?: 'none' | 'auto' | undefined
  readonly sizeFlavors?: readonly string[] | undefined
  readonly imageOwner?: string | undefined
  readonly forceDelete: boolean
  readonly reportPorts: boolean
  readonly settleMs: number
  readonly pageSize: number
}

/** Every option there is, and no other. An object with a rest instead of a strict one, which names one stranger only. */
const given = v.objectWithRest(
  {
    ...cloudEntries,
    files: v.optional(
      v.picklist(['auto', 'cloud-init', 'personality'], 'must be "auto", "cloud-init" or "personality"'),
      'auto',
    ),
    keyName: v.optional(text),
    emptyNetworks: v.optional(v.picklist(['none', 'auto'], 'must be "none" or "auto"')),
    sizeFlavors: v.optional(v.pipe(v.array(text), v.minLength(1, 'must name at least one flavor'))),
    imageOwner: v.optional(text),
    forceDelete: v.optional(flag, false),
    reportPorts: v.optional(flag, false),
    settleMs: v.optional(whole(0, 600_000), 30_000),
    pageSize: v.optional(whole(1, 1000), 1000),
  },
  v.never('is no option of this driver'),
)

/** Every problem at once where single fields are wrong; those between fields come after. */
export const optionsSchema: OptionsSchema<Settings, NovaOptions> = v.pipe(
  given,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    for (const message of cloudRules(dataset.value)) addIssue({ message })
  }),
)
