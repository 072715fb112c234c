import { listOf, own, recordOf, type HttpAnswer } from '@amphora/http'
import type { RestClient } from '../../rest/rest-client.ts'
import type { RestRequest } from '../../rest/request.ts'
import { guestOf, type F5osGuest } from './decode.ts'
import { LIST, notRestconf, unreadable } from './errors.ts'
import type { WireTenant } from './wire.ts'

const TENANTS = 'f5-tenants:tenants'
const LIST_BYTES = 32 * 1024 * 1024

/** One method for each resource of F5OS's RESTCONF interface (clouddocs.f5.com, rSeries and VELOS API). */
export class F5osClient {
  readonly #rest: RestClient
  readonly #root: readonly string[]

  constructor(rest: RestClient, endpoint: URL) {
    this.#rest = rest
    this.#root = rootOf(endpoint)
  }

  async tenant(name: string, signal: AbortSignal): Promise<F5osGuest | undefined> {
    const step = 'describe the tenant'
    const answer = await this.#rest.send(this.#request('GET', [`tenant=${name}`], { accept: [404], step, signal }))
    if (isAbsent(answer, step)) return undefined
    const found = listOf(own(answer.body, 'f5-tenants:tenant'))
    const guest = found?.length === 1 ? guestOf(found[0]) : undefined
    if (guest === undefined || guest.name !== name) throw unreadable(step)
    return guest
  }

  /** An empty container is 204 (ConfD; terraform-provider-f5os takes it so for images), or one without a list. */
  async tenants(signal: AbortSignal): Promise<readonly F5osGuest[]> {
    const { status, body } = await this.#rest.send(
      this.#request('GET', [], { step: LIST, signal, maxBytes: LIST_BYTES }),
    )
    if (status === 204 && body === undefined) return []
    const container = recordOf(own(body, TENANTS))
    if (container === undefined) throw unreadable(LIST)
    const tenants = Object.hasOwn(container, 'tenant') ? listOf(container['tenant']) : []
    return (tenants ?? [undefined]).map((tenant) => {
      const guest = guestOf(tenant)
      if (guest === undefined) throw unreadable(LIST)
      return guest
    })
  }

  /** What the box says of an image: `verified`; `undefined` where it has none of the name. */
  async imageStatus(name: string, signal: AbortSignal): Promise<unknown> {
    const step = 'look for the image'
    const path = [...this.#root, 'f5-tenant-images:images', `image=${name}`]
    const answer = await this.#rest.send({ method: 'GET', path, accept: [404], step, signal })
    if (isAbsent(answer, step) || answer.status === 204) return undefined
    const found = listOf(own(answer.body, 'f5-tenant-images:image'))
    if (found === undefined) throw unreadable(step)
    return own(found[0], 'status')
  }

  /** POST creates only. */
  async create(tenant: WireTenant, signal: AbortSignal): Promise<void> {
    await this.#change('POST', [], { json: { tenant: [tenant] }, step: 'create the tenant', signal })
  }

  /** False where there is none. */
  set(name: string, leaf: string, value: string, step: string, signal: AbortSignal): Promise<boolean> {
    const json = { [leaf]: value }
    return this.#change('PUT', [`tenant=${name}`, 'config', leaf], { json, accept: [404], step, signal })
  }

  /** False where there was none. */
  remove(name: string, signal: AbortSignal): Promise<boolean> {
    return this.#change('DELETE', [`tenant=${name}`], { accept: [404], step: 'delete the tenant', signal })
  }

  /** A success has no body. */
  async #change(method: RestRequest['method'], below: readonly string[], rest: Rest): Promise<boolean> {
    const answer = await this.#rest.send(this.#request(method, below, rest))
    if (isAbsent(answer, rest.step)) return false
    if (answer.body === undefined) return true
    throw unreadable(rest.step)
  }

  #request(method: RestRequest['method'], below: readonly string[], rest: Rest): RestRequest {
    return { method, path: [...this.#root, TENANTS, ...below], ...rest }
  }
}

type Rest = Omit<RestRequest, 'method' | 'path'>

/** Port 443 has it below `/api`, port 8888 below `/restconf`; an endpoint with a path says so itself. */
export function rootOf({ pathname, port }: URL): readonly string[] {
  if (pathname !== '/') return []
  return port === '' ? ['api', 'data'] : ['restconf', 'data']
}

function isAbsent({ status, header }: HttpAnswer, step: string): boolean {
  if (status !== 404) return false
  if (header('content-type')?.includes('html') === true) throw notRestconf(step)
  return true
}
