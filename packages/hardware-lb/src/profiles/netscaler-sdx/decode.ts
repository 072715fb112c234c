import { isIP } from 'node:net'
import type { AmphoraAddress, ReportedStatus } from '@amphora/core'
import { listOf, own, textOf } from '@amphora/http'
import type { Guest } from '../../profile/guest.ts'

/** An instance as the SDX has it. Its key is the SDX's own id, which it never gives twice. */
export interface SdxGuest extends Guest {
  /** What it is managed at. */
  readonly address: string | undefined
}

/** What the SDX addresses an instance by, as far as it can be an id of ours. */
const KEY = /^[A-Za-z0-9_.~-]{1,128}$/

/** `undefined` where it cannot be told which instance it is. */
export function guestOf(value: unknown): SdxGuest | undefined {
  const key = keyIn(value)
  const name = textOf(own(value, 'name'))
  if (key === undefined || name === undefined) return undefined
  const address = textOf(own(value, 'ip_address'))
  const image = textOf(own(value, 'image_name'))
  return {
    key,
    name,
    mark: textOf(own(value, 'description')),
    status: statusOf(textOf(own(value, 'vm_state')), textOf(own(value, 'instance_state'))),
    addresses: address === undefined ? [] : addressesOf(address),
    address,
    ...(image === undefined ? {} : { image }),
  }
}

/**
 * What the hypervisor says of the machine, and the SDX of the NetScaler in it. `Running`, `Halted` and `Up` are in the
 * vendor's client (vendor-code); `Down` and `Out of Service` are the words of its dashboard (documentation); that a failed
 * provisioning says so is assumed.
 */
export function statusOf(vm: string | undefined, instance: string | undefined): ReportedStatus {
  const raw = `${vm ?? 'untold'}/${instance ?? 'untold'}`
  if (instance !== undefined && /\bfail(?:ed|ure)?\b/i.test(instance)) {
    return { state: 'error', raw, fault: 'it could not be provisioned', reason: 'netscaler-sdx/not-provisioned' }
  }
  if (vm === 'Halted') return { state: 'suspended', raw }
  if (vm !== 'Running') return { state: 'unknown', raw }
  switch (instance) {
    case 'Up':
      return { state: 'active', raw }
    case 'Out of Service':
    case undefined:
      return { state: 'building', raw }
    case 'Down':
      return { state: 'error', raw, fault: 'it is down', reason: 'netscaler-sdx/down' }
    default:
      return { state: 'unknown', raw }
  }
}

/** Every instance of an answer; `undefined` where it is no list of them. A list that is missing is no empty one. */
export function guestsIn(body: unknown): readonly SdxGuest[] | undefined {
  const all = listOf(own(body, 'ns'))?.map(guestOf)
  const readable = all?.filter((guest) => guest !== undefined)
  return readable?.length === all?.length ? readable : undefined
}

/** The id of what has just been made. */
export function createdKeyIn(body: unknown): string | undefined {
  const made = listOf(own(body, 'ns'))
  return made?.length === 1 ? keyIn(made[0]) : undefined
}

/** `login[0].sessionid`; `undefined` where it could not stand in a cookie. */
export function sessionIn(body: unknown): string | undefined {
  const session = textOf(own(listOf(own(body, 'login'))?.[0], 'sessionid'))
  return session !== undefined && /^[\x21-\x7e]{1,512}$/.test(session) && !/[;,"\\]/.test(session) ? session : undefined
}

/** `13.1-48.47` of `SDX 13.1 ...`, as the management service tells of itself. */
export function versionIn(body: unknown): string | undefined {
  const service = listOf(own(body, 'mps'))?.[0]
  const text = textOf(own(service, 'build_number')) ?? textOf(own(service, 'product_version'))
  return text?.slice(0, 100)
}

function keyIn(value: unknown): string | undefined {
  const id = textOf(own(value, 'id'))
  return id !== undefined && KEY.test(id) && !/^\.{1,2}$/.test(id) ? id : undefined
}

function addressesOf(ip: string): readonly AmphoraAddress[] {
  const family = isIP(ip)
  return family === 4 || family === 6 ? [{ ip, family }] : []
}
