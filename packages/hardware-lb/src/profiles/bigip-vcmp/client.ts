import { listOf, numberOf, own, textOf, type HttpAnswer } from '@amphora/http'
import type { RestClient } from '../../rest/rest-client.ts'
import type { RestRequest } from '../../rest/request.ts'
import { statsOf, type VmStat } from './decode.ts'
import { notThere, unreadable } from './errors.ts'
import type { WireGuest } from './wire.ts'

const TM = ['mgmt', 'tm']
const GUESTS = [...TM, 'vcmp', 'guest']
const DISKS = [...TM, 'vcmp', 'virtual-disk']
const LIST_BYTES = 32 * 1024 * 1024

/** One method for each endpoint of iControl REST (clouddocs.f5.com; f5-ansible `bigip_vcmp_guest`). */
export class VcmpClient {
  readonly #rest: RestClient

  constructor(rest: RestClient) {
    this.#rest = rest
  }

  /** What is configured; `undefined` where there is none. */
  async guest(key: string, signal: AbortSignal): Promise<unknown> {
    const step = 'describe the guest'
    const answer = await this.#rest.send({ method: 'GET', path: [...GUESTS, key], accept: [404], step, signal })
    if (isAbsent(answer, step)) return undefined
    return ofKind(answer, 'tm:vcmp:guest:gueststate', step)
  }

  guests(signal: AbortSignal): Promise<readonly unknown[]> {
    return this.#collection(GUESTS, 'tm:vcmp:guest:guestcollectionstate', 'list the guests', signal)
  }

  /** What its virtual machines do, or those of every guest; none where the host has none for it. */
  async stats(key: string | undefined, signal: AbortSignal): Promise<readonly VmStat[]> {
    const step = 'tell what the guest does'
    const path = [...GUESTS, ...(key === undefined ? [] : [key]), 'stats']
    const answer = await this.#rest.send({ method: 'GET', path, accept: [404], step, signal, maxBytes: LIST_BYTES })
    if (isAbsent(answer, step)) return []
    const kind = textOf(own(answer.body, 'kind'))
    if (kind?.startsWith('tm:vcmp:guest:guest') !== true) throw unreadable(step)
    return statsOf(answer.body)
  }

  async imageNames(signal: AbortSignal): Promise<readonly string[]> {
    const path = [...TM, 'sys', 'software', 'image']
    const images = await this.#collection(path, 'tm:sys:software:image:imagecollectionstate', 'list the images', signal)
    return images.flatMap((image) => textOf(own(image, 'name')) ?? [])
  }

  /** VLANs by their tag. */
  async vlans(signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    const path = [...TM, 'net', 'vlan']
    const vlans = await this.#collection(path, 'tm:net:vlan:vlancollectionstate', 'list the VLANs', signal)
    return new Map(
      vlans.flatMap((vlan) => {
        const tag = numberOf(own(vlan, 'tag'))
        const name = textOf(own(vlan, 'fullPath')) ?? textOf(own(vlan, 'name'))
        return tag === undefined || name === undefined ? [] : [[tag, name] as const]
      }),
    )
  }

  /** `web.img` on a box without slots, `web.img/1` on one with. */
  async diskNames(signal: AbortSignal): Promise<readonly string[]> {
    const kind = 'tm:vcmp:virtual-disk:virtual-diskcollectionstate'
    const disks = await this.#collection(DISKS, kind, 'list the virtual disks', signal)
    return disks.flatMap((disk) => textOf(own(disk, 'name')) ?? [])
  }

  /** What is then configured. POST creates only. */
  async create(guest: WireGuest, signal: AbortSignal): Promise<unknown> {
    const step = 'create the guest'
    const answer = await this.#rest.send({ method: 'POST', path: GUESTS, json: guest, step, signal })
    return ofKind(answer, 'tm:vcmp:guest:gueststate', step)
  }

  /** False where there is none. */
  async change(key: string, change: Partial<WireGuest>, step: string, signal: AbortSignal): Promise<boolean> {
    const request: RestRequest = { method: 'PATCH', path: [...GUESTS, key], json: change, accept: [404], step, signal }
    const answer = await this.#rest.send(request)
    if (isAbsent(answer, step)) return false
    ofKind(answer, 'tm:vcmp:guest:gueststate', step)
    return true
  }

  /** False where there was none. */
  remove(key: string, signal: AbortSignal): Promise<boolean> {
    return this.#remove([...GUESTS, key], 'delete the guest', signal)
  }

  /** False where there was none. */
  removeDisk(name: string, signal: AbortSignal): Promise<boolean> {
    return this.#remove([...DISKS, name.replaceAll('/', '~')], 'delete the virtual disk', signal)
  }

  /** What runs becomes what is stored; a box that starts again has only that (TMOS Concepts; confidence: documentation). */
  async save(signal: AbortSignal): Promise<void> {
    const step = 'save the configuration'
    const path = [...TM, 'sys', 'config']
    const answer = await this.#rest.send({ method: 'POST', path, json: { command: 'save' }, step, signal })
    ofKind(answer, 'tm:sys:config:savestate', step)
  }

  async #remove(path: readonly string[], step: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#rest.send({ method: 'DELETE', path, accept: [404], step, signal })
    if (isAbsent(answer, step)) return false
    if (answer.body === undefined) return true
    throw unreadable(step)
  }

  /** A collection without items has no list at all. */
  async #collection(
    path: readonly string[],
    kind: string,
    step: string,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const answer = await this.#rest.send({ method: 'GET', path, step, signal, maxBytes: LIST_BYTES })
    const items = own(ofKind(answer, kind, step), 'items')
    const list = items === undefined ? [] : listOf(items)
    if (list === undefined) throw unreadable(step)
    return list
  }
}

function ofKind({ body }: HttpAnswer, kind: string, step: string): unknown {
  if (textOf(own(body, 'kind')) !== kind) throw unreadable(step)
  return body
}

function isAbsent({ status, body, header }: HttpAnswer, step: string): boolean {
  if (status !== 404) return false
  const isElsewhere = header('content-type')?.includes('html') === true
  if (isElsewhere || /URI path not registered/i.test(textOf(own(body, 'message')) ?? '')) throw notThere(step)
  return true
}
