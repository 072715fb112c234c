import type { BuildOrder } from '@amphora/core'
import type { Settings } from './options.ts'

/** The labels of a container of ours. Everybody with access to the engine can read them, so they hold no secret. */
export const LABELS = {
  owner: 'amphora.owner',
  name: 'amphora.name',
  fingerprint: 'amphora.fingerprint',
  type: 'amphora.type',
  networks: 'amphora.networks',
  flavor: 'amphora.flavor',
} as const

/** Whose containers these are, and what the engine calls them. */
export interface Ownership {
  readonly owner: string
  engineName(name: string): string
  /**
   * Whether a container is ours: our label, and the name that goes with it. An image made of one of our containers
   * hands its labels on to whatever is run from it, but not the name, which is unique on an engine.
   */
  owns(container: Marked): boolean
}

interface Marked {
  /** As the engine has them: with a `/` in front. */
  readonly names: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

export function ownershipOf(owner: string, { ownerPrefix }: Pick<Settings, 'ownerPrefix'>): Ownership {
  const engineName = (name: string): string => (ownerPrefix ? `${owner}-${name}` : name)
  return {
    owner,
    engineName,
    owns: ({ names, labels }) => {
      const name = labels[LABELS.name]
      return labels[LABELS.owner] === owner && name !== undefined && names.includes(`/${engineName(name)}`)
    },
  }
}

/** Written by the creating call itself, so that nothing of ours ever exists without them. */
export function labelsOf(order: BuildOrder, networks: readonly string[], owner: string): Record<string, string> {
  return {
    [LABELS.owner]: owner,
    [LABELS.name]: order.name,
    [LABELS.fingerprint]: order.fingerprint,
    [LABELS.type]: order.type,
    ...(networks.length === 0 ? {} : { [LABELS.networks]: networks.join(',') }),
    ...(typeof order.flavor === 'string' ? { [LABELS.flavor]: order.flavor } : {}),
  }
}
