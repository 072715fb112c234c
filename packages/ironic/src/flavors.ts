import type { BuildOrder } from '@amphora/core'
import type { Settings } from './options.ts'

/** What a node must be to be taken. */
export interface Flavor {
  readonly resourceClass: string
  readonly traits: readonly string[]
  /** Names or uuids; `undefined`: any of the class. */
  readonly candidateNodes: readonly string[] | undefined
  readonly capabilities: Readonly<Record<string, string>> | undefined
  readonly rootGb: number | undefined
}

/** A name from the options, else the resource class itself. */
export function flavorOf({ flavor }: BuildOrder, { flavors }: Pick<Settings, 'flavors'>): Flavor {
  const name = typeof flavor === 'string' ? flavor : ''
  const known = Object.hasOwn(flavors, name) ? flavors[name] : undefined
  const { resourceClass = name, traits = [], candidateNodes, capabilities, rootGb } = known ?? {}
  return { resourceClass, traits, candidateNodes, capabilities, rootGb }
}
