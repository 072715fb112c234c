import type { WirePartition } from './wire.ts'

export interface PartitionOrder {
  readonly name: string
  readonly mark: string
  readonly resourceTemplate: string | undefined
}

export function partitionOf({ name, mark, resourceTemplate }: PartitionOrder, id: number): WirePartition {
  return {
    'partition-name': name,
    id,
    'application-type': 'adc',
    'user-tag': mark,
    ...(resourceTemplate === undefined ? {} : { template: { 'resource-accounting': resourceTemplate } }),
  }
}

/** Name and id: with both, what an interrupted deletion has left of a partition is told from a later one. */
export function keyOf({ name, id }: { readonly name: string; readonly id: number }): string {
  return `${name}~${id}`
}

/** `undefined` where it is no key of ours. */
export function readKey(key: string): { readonly name: string; readonly id: number } | undefined {
  const [, name = '', id = ''] = /^([A-Za-z0-9_.-]+)~(\d{1,5})$/.exec(key) ?? []
  return name === '' ? undefined : { name, id: Number(id) }
}
