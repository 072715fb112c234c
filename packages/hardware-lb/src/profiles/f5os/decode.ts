import { isIP } from 'node:net'
import type { AmphoraAddress, ReportedStatus } from '@amphora/core'
import { listOf, numberOf, own, recordOf, textOf } from '@amphora/http'
import type { GuestSize } from '../../profile/capabilities.ts'
import type { Guest, GuestOrder } from '../../profile/guest.ts'
import { incarnationOf } from './encode.ts'

/** A tenant as the box has it. */
export interface F5osGuest extends Guest {
  readonly vlans: readonly number[]
  readonly size: GuestSize
  /** Whether it is configured; what it leaves behind for a while once it is deleted is not. */
  readonly isConfigured: boolean
  /** Whether the box still owes what tells it from a later one of its name. Tenants of other kinds have nothing such. */
  readonly isNameless: boolean
  readonly isShortOfRoom: boolean
  /** A tenant that is only configured takes nothing. */
  readonly takesRoom: boolean
}

/**
 * `config` is what is wanted and `state` what is; the words are those of F5Networks/terraform-provider-f5os and
 * f5-ansible-f5os (confidence: recorded). `undefined` where it is no tenant.
 */
export function guestOf(tenant: unknown): F5osGuest | undefined {
  const name = textOf(own(tenant, 'name'))
  const config = recordOf(own(tenant, 'config'))
  const state = recordOf(own(tenant, 'state'))
  if (name === undefined || (config === undefined && state === undefined)) return undefined
  const told = config ?? state
  const hash = textOf(own(state, 'unit-key-hash'))
  const image = textOf(own(told, 'image'))
  const phases = phasesOf(state)
  const wanted = textOf(own(told, 'running-state'))
  const status = statusOf(wanted, textOf(own(state, 'status')), phases)
  return {
    key: name,
    name,
    status: config === undefined ? { state: 'deleting', raw: `deleted/${status.raw}` } : status,
    addresses: addressesOf(own(told, 'mgmt-ip')),
    ...(hash === undefined ? {} : { incarnation: incarnationOf(hash) }),
    ...(image === undefined ? {} : { image }),
    vlans: (listOf(own(told, 'vlans')) ?? []).filter((vlan) => typeof vlan === 'number'),
    size: sizeOf(told),
    isConfigured: config !== undefined,
    isNameless: hash === undefined && config !== undefined && own(config, 'type') === 'BIG-IP',
    isShortOfRoom: status.reason === NO_ROOM,
    takesRoom: wanted !== 'configured',
  }
}

const NO_ROOM = 'f5os/no-slots'

/**
 * From what is wanted, what the tenant as a whole does, and the phases of its instances. F5OS 2.0 tells no phases: then
 * the whole decides.
 */
export function statusOf(
  wanted: string | undefined,
  is: string | undefined,
  phases: readonly string[] = [],
): ReportedStatus {
  const raw = `${wanted ?? 'untold'}/${is ?? 'untold'}`
  switch (wanted) {
    case 'deployed':
      return deployed(is, phases, raw)
    case 'provisioned':
      return { state: is === undefined || STOPPED.has(is) ? 'suspended' : goingDown(is), raw }
    case 'configured':
      return { state: is === undefined || is === 'Configured' ? 'suspended' : goingDown(is), raw }
    default:
      return { state: 'unknown', raw }
  }
}

const STOPPED: ReadonlySet<string> = new Set(['Provisioned', 'Configured'])
/** What a tenant does that is to run and does not yet; a new one has no word for a moment. */
const COMING_UP: ReadonlySet<string | undefined> = new Set([
  undefined,
  'Starting',
  'Pending',
  'Provisioned',
  'Configured',
])

function deployed(is: string | undefined, phases: readonly string[], raw: string): ReportedStatus {
  const lack = phases.find((phase) => /insufficient/i.test(phase))
  if (is === 'Pending' && lack !== undefined) {
    return { state: 'error', raw: `${raw}/${lack}`, fault: 'the box has no slot free for it', reason: NO_ROOM }
  }
  if (is === 'Running') return { state: phases.every((phase) => phase === 'Running') ? 'active' : 'building', raw }
  return { state: COMING_UP.has(is) ? 'building' : 'unknown', raw }
}

function goingDown(is: string): 'suspending' | 'unknown' {
  return GOING_DOWN.has(is) ? 'suspending' : 'unknown'
}

const GOING_DOWN: ReadonlySet<string> = new Set(['Running', 'Starting', 'Stopping', 'Pending', 'Provisioned'])

/** Whether the tenant is what the order asks for, as far as the order says. */
export function isSameOrder(guest: F5osGuest, { size, image, vlans }: GuestOrder): boolean {
  const isOnSame = [...vlans].sort(byNumber).join() === [...guest.vlans].sort(byNumber).join()
  const isAs = (['vcpus', 'memoryMiB', 'storageGiB'] as const).every(
    (dimension) => size[dimension] === undefined || size[dimension] === guest.size[dimension],
  )
  return guest.isConfigured && isOnSame && isAs && image === guest.image
}

function phasesOf(state: unknown): readonly string[] {
  const instances = listOf(own(own(state, 'instances'), 'instance')) ?? []
  return instances.map((instance) => textOf(own(instance, 'phase')) ?? '')
}

function sizeOf(told: unknown): GuestSize {
  const vcpus = numberIn(own(told, 'vcpu-cores-per-node'))
  const memoryMiB = numberIn(own(told, 'memory'))
  const storageGiB = numberIn(own(own(told, 'storage'), 'size'))
  return {
    ...(vcpus === undefined ? {} : { vcpus }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
    ...(storageGiB === undefined ? {} : { storageGiB }),
  }
}

/** YANG's 64 bit numbers are texts in JSON (RFC 7951, 6.1), and some boxes write all of them so. */
function numberIn(value: unknown): number | undefined {
  const text = textOf(value)
  return text === undefined ? numberOf(value) : /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function addressesOf(value: unknown): readonly AmphoraAddress[] {
  const ip = textOf(value) ?? ''
  const family = isIP(ip)
  return (family === 4 || family === 6) && ip !== '0.0.0.0' ? [{ ip, family }] : []
}

function byNumber(a: number, b: number): number {
  return a - b
}
