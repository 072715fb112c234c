import type { ReportedStatus } from '@amphora/core'
import { listOf, own, recordOf, textOf } from '@amphora/http'
import type { Guest } from '../../profile/guest.ts'
import { keyOf } from './encode.ts'
import type { ConfiguredPartition, KnownPartition } from './wire.ts'

/** A partition as the box has it. */
export interface A10Guest extends Guest {
  readonly id: number
}

/** Every partition is in the shared one, which is no guest (acos-client, `v30/partition.py`; vendor-code). */
export const SHARED = 'shared'

/** No box has more partitions; a range that says so is not believed. */
const MOST_IDS = 4_096

export function guestOf({ name, id, tag }: ConfiguredPartition, known: KnownPartition | undefined): A10Guest {
  const isIts = known?.name === name && known.id === id
  return {
    key: keyOf({ name, id }),
    name,
    id,
    mark: tag,
    status: statusOf(isIts ? known.status : undefined),
    addresses: [],
    // Whether the configuration has been saved is shown nowhere; saving it once more does no harm.
    isUnfinished: true,
  }
}

/**
 * What the operational table says of a partition of the configuration; `undefined` where it is not among the table's yet.
 * `Active` and `Not-Active` are its words (the aXAPI client of an A10 engineer in Go; vendor-code, spelling unconfirmed).
 */
export function statusOf(word: string | undefined): ReportedStatus {
  if (word === undefined) return { state: 'building', raw: 'unlisted' }
  if (isActive(word)) return { state: 'active', raw: word }
  if (isUnloaded(word)) {
    return { state: 'error', raw: word, fault: 'it is configured and not loaded', reason: 'a10-l3v/not-active' }
  }
  return { state: 'unknown', raw: word }
}

export function isUnloaded(word: string): boolean {
  return /^(?:not|non|in)[- ]?active$/i.test(word)
}

function isActive(word: string): boolean {
  return /^active$/i.test(word)
}

/** The answer to a look at one partition; `undefined` where it is something else. */
export function configuredIn(body: unknown): ConfiguredPartition | undefined {
  return configuredOf(own(body, 'partition'))
}

/** The answer to a look at all of them; `[]` where the list is missing, too, which is how some collections are empty. */
export function configuredListIn(body: unknown): readonly ConfiguredPartition[] | undefined {
  return allOf(own(body, 'partition-list') ?? [], configuredOf)
}

/**
 * The partitions of the operational table. Its list is missing where there is none (acos-client, `v30/partition.py`;
 * vendor-code); `undefined` where the answer is no such table.
 */
export function knownIn(body: unknown): readonly KnownPartition[] | undefined {
  const oper = recordOf(own(own(body, 'partition-all'), 'oper'))
  if (oper === undefined) return undefined
  return allOf(own(oper, 'partition-list') ?? [], knownOf)?.filter(({ name }) => name !== SHARED)
}

/** Every id that no partition has, as its ranges say; texts, both ends included (terraform-provider-thunder; vendor-code). */
export function freeIdsIn(body: unknown): readonly number[] | undefined {
  const oper = recordOf(own(own(body, 'partition-available-id'), 'oper'))
  if (oper === undefined) return undefined
  const ranges = allOf(own(oper, 'range-list') ?? [], rangeOf)
  return ranges?.flatMap(([start, end]) => Array.from({ length: end - start + 1 }, (_, at) => start + at))
}

/** `authresponse.signature` (the aXAPI reference, "Start Here"; documentation). */
export function signatureIn(body: unknown): string | undefined {
  const signature = textOf(own(own(body, 'authresponse'), 'signature'))
  return signature !== undefined && /^[\x21-\x7e]{1,512}$/.test(signature) ? signature : undefined
}

/** `5.2.1-P4` of `64-bit Advanced Core OS (ACOS) version 5.2.1-P4, build 71 (...)`, or of the same without the words. */
export function versionIn(body: unknown): string | undefined {
  const text = textOf(own(own(own(body, 'version'), 'oper'), 'sw-version'))
  return /\d+\.\d+[\w.-]*/.exec(text?.slice(0, 200) ?? '')?.[0]
}

function configuredOf(value: unknown): ConfiguredPartition | undefined {
  const name = textOf(own(value, 'partition-name'))
  const id = idOf(own(value, 'id'))
  return name === undefined || id === undefined ? undefined : { name, id, tag: textOf(own(value, 'user-tag')) }
}

function knownOf(value: unknown): KnownPartition | undefined {
  const name = textOf(own(value, 'partition-name'))
  const id = idOf(own(value, 'partition-id'))
  const status = textOf(own(value, 'status')) ?? 'untold'
  return name === undefined || id === undefined ? undefined : { name, id, status }
}

function rangeOf(value: unknown): readonly [number, number] | undefined {
  const start = idOf(own(value, 'start'))
  const end = idOf(own(value, 'end'))
  const isRange = start !== undefined && end !== undefined && start <= end && end - start < MOST_IDS
  return isRange ? [start, end] : undefined
}

/** A number, or a text of digits: the box writes both. */
function idOf(value: unknown): number | undefined {
  const id = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 ? id : undefined
}

/** `undefined` unless it is a list, and each of it can be read. */
function allOf<T>(value: unknown, read: (one: unknown) => T | undefined): readonly T[] | undefined {
  const all = listOf(value)?.map(read)
  const readable = all?.filter((one) => one !== undefined)
  return readable?.length === all?.length ? readable : undefined
}
