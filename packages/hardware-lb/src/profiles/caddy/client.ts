import { recordOf, type HttpAnswer } from '@amphora/http'
import { ApplianceError } from '../../errors.ts'
import type { RestClient } from '../../rest/rest-client.ts'
import type { RestRequest } from '../../rest/request.ts'
import type { WireServer } from './wire.ts'

const SERVERS = ['config', 'apps', 'http', 'servers']
const LIST_BYTES = 32 * 1024 * 1024

/** One method for each endpoint of Caddy's admin interface (caddyserver.com/docs/api). */
export class CaddyClient {
  readonly #rest: RestClient

  constructor(rest: RestClient) {
    this.#rest = rest
  }

  /** `undefined` where there is none, which is 200 and `null`. */
  async server(name: string, signal: AbortSignal): Promise<unknown> {
    const step = 'describe the tenant'
    const request: RestRequest = { method: 'GET', path: [...SERVERS, name], accept: [404], step, signal }
    const answer = await this.#rest.send(request)
    if (answer.status === 404 || answer.body === null) return undefined
    return objectOf(answer, step)
  }

  /** Every server by name; `null` where there has never been one. */
  async servers(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const step = 'list the tenants'
    const answer = await this.#rest.send({ method: 'GET', path: SERVERS, step, signal, maxBytes: LIST_BYTES })
    return answer.body === null ? {} : objectOf(answer, step)
  }

  /** A name that is taken is refused: PUT creates only. */
  async create(name: string, server: WireServer, signal: AbortSignal): Promise<void> {
    await this.#change({ method: 'PUT', path: [...SERVERS, name], json: server, step: 'create the tenant', signal })
  }

  async listen(idText: string, listen: readonly string[], signal: AbortSignal): Promise<boolean> {
    const path = ['id', idText, 'listen']
    const step = listen.length === 0 ? 'suspend the tenant' : 'resume the tenant'
    return this.#change({ method: 'PATCH', path, json: listen, accept: [404], step, signal })
  }

  /** By its `@id`, so that a later one of the same name is never hit. */
  async remove(idText: string, signal: AbortSignal): Promise<boolean> {
    return this.#change({ method: 'DELETE', path: ['id', idText], accept: [404], step: 'delete the tenant', signal })
  }

  /** Whether there was one to be changed. A success has no body. */
  async #change(request: RestRequest): Promise<boolean> {
    const { status, body } = await this.#rest.send(request)
    if (status === 404) return false
    if (body === undefined) return true
    throw unreadable(request.step)
  }
}

function objectOf({ body }: HttpAnswer, step: string): Readonly<Record<string, unknown>> {
  const record = recordOf(body)
  if (record === undefined) throw unreadable(step)
  return record
}

function unreadable(step: string): ApplianceError {
  return new ApplianceError(`Caddy was asked to ${step} and answered with something else than it should`, {
    verdict: 'unsure',
    code: 'internal',
    reason: 'caddy/unreadable-answer',
  })
}
