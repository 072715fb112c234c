import { isIP } from 'node:net'
import type { AmphoraAddress, ReportedStatus } from '@amphora/core'
import { own, recordOf, textOf } from '@amphora/http'
import type { Guest } from '../../profile/guest.ts'
import type { MarkField } from './settings.ts'

/** A guest as the host has it. */
export interface VcmpGuest extends Guest {
  /** What it boots from, without the slot. */
  readonly virtualDisk: string
  /** It runs, and the host does not say whether it is done with what was wanted: one look is no proof then. */
  readonly isUnsure: boolean
}

/** What one virtual machine of a guest does; a guest has one on each of its slots. */
export interface VmStat {
  readonly name: string
  readonly status: string
  /** Whether the host is done with what was wanted; older ones do not tell. */
  readonly isComplete: boolean | undefined
}

/** `undefined` where it is no guest. The words are those of a recorded one (F5Networks/f5-common-python #666). */
export function guestOf(config: unknown, stats: readonly VmStat[], markField: MarkField): VcmpGuest | undefined {
  const name = textOf(own(config, 'name'))
  const state = textOf(own(config, 'state'))
  if (name === undefined || state === undefined) return undefined
  const mark = markIn(textOf(own(config, markField)), markField)
  const image = textOf(own(config, 'initialImage'))
  const vms = stats.filter((stat) => stat.name === name)
  const status = statusOf(state, vms)
  return {
    key: name.replaceAll('/', '~'),
    name,
    ...(mark === undefined ? {} : { mark }),
    status,
    addresses: addressesOf(textOf(own(config, 'managementIp')) ?? ''),
    ...(image === undefined ? {} : { image }),
    virtualDisk: textOf(own(config, 'virtualDisk')) ?? diskOf(name),
    isUnsure: status.state === 'active' && vms.some(({ isComplete }) => isComplete === undefined),
  }
}

/** What the host calls the disk of a guest where nobody has said otherwise (confidence: recorded). */
export function diskOf(name: string): string {
  return `${name}.img`
}

/**
 * From what is wanted and what the virtual machines do: the words of F5-BIGIP-SYSTEM-MIB (`sysVcmpStatVmStatus`) and of
 * f5-ansible. There are none as long as a guest is only configured.
 */
export function statusOf(state: string, vms: readonly Pick<VmStat, 'status' | 'isComplete'>[]): ReportedStatus {
  const words = [...new Set(vms.map(({ status }) => status))]
  const raw = `${state}/${words.join('+') || 'no stats'}`
  const are = (known: readonly string[]): boolean => words.every((word) => known.includes(word) || isWaiting(word))
  if (!['configured', 'provisioned', 'deployed'].includes(state) || !are(KNOWN)) return { state: 'unknown', raw }
  if (words.includes('failed')) {
    return { state: 'error', raw, fault: 'its virtual machine has failed', reason: 'bigip-vcmp/failed' }
  }
  if (state === 'configured') return { state: words.length === 0 ? 'suspended' : 'suspending', raw }
  if (state === 'provisioned') {
    return { state: words.length > 0 && are(['stopped']) && !words.some(isWaiting) ? 'suspended' : 'suspending', raw }
  }
  if (words.includes('stopping')) return { state: 'suspending', raw }
  const isRunning = words.length > 0 && words.every((word) => word === 'running')
  return { state: isRunning && vms.every(({ isComplete }) => isComplete !== false) ? 'active' : 'building', raw }
}

const KNOWN: readonly string[] = [
  'created',
  'stopped',
  'starting',
  'running',
  'stopping',
  'installing',
  'installing-vdisk',
  'acquiring-vdisk',
  'migrating-vdisk',
  'failed',
]

function isWaiting(word: string): boolean {
  return word.startsWith('waiting')
}

/**
 * Every virtual machine that an answer to `/stats` tells of, of one guest or of all (recorded of 12.1.1): the figures are
 * nested below addresses, and each is a `description` or a `value`.
 */
export function statsOf(body: unknown): readonly VmStat[] {
  const entries = recordOf(own(body, 'entries'))
  if (entries === undefined) return []
  const name = figure(entries, 'tmName')
  const status = figure(entries, 'vmStatus')
  if (name !== undefined && status !== undefined) {
    const complete = figure(entries, 'requestComplete')
    return [{ name, status, isComplete: complete === undefined ? undefined : complete === 'true' }]
  }
  return Object.values(entries).flatMap((entry) => statsOf(own(entry, 'nestedStats')))
}

function figure(entries: unknown, name: string): string | undefined {
  return textOf(own(own(entries, name), 'description'))
}

/** A host name of ours is a mark with dots. */
function markIn(text: string | undefined, field: MarkField): string | undefined {
  return field === 'hostname' && text?.startsWith('amphora.') === true ? text.replaceAll('.', ':') : text
}

/** `10.1.1.1/24`; `none` where it has none. */
function addressesOf(text: string): readonly AmphoraAddress[] {
  const ip = text.split('/')[0] ?? ''
  const family = isIP(ip)
  return family === 4 || family === 6 ? [{ ip, family }] : []
}
