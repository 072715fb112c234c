import type { Clock } from '@amphora/core'
import * as v from 'valibot'
import { absent, refusal, unreadable } from './errors.ts'
import type { Settings } from './options.ts'
import { parseJson } from './parse-json.ts'
import { Transport, type WireAnswer, type WireRequest } from './transport.ts'
import { wirePage, wireServer, wireVersion, type CreateBody, type WirePage, type WireServer } from './wire.ts'

/** One method for each endpoint. Only the statuses that the API promises are taken for success. */
// here: the endpoints of your backend
export class Client {
  readonly #transport: Transport
  readonly #pageSize: number
  readonly #clock: Clock

  constructor(settings: Settings, clock: Clock) {
    this.#transport = new Transport(settings)
    this.#pageSize = settings.pageSize
    this.#clock = clock
  }

  async create(body: CreateBody, signal: AbortSignal): Promise<WireServer> {
    return read(wireServer, await this.#send([202], { method: 'POST', path: '/servers', body, signal }))
  }

  /** `undefined` where there is none. */
  async get(id: string, signal: AbortSignal): Promise<WireServer | undefined> {
    const answer = await this.#send([200, 404], { method: 'GET', path: pathOf(id), signal })
    return answer.status === 404 ? undefined : read(wireServer, answer)
  }

  /** One page of all servers, whoever made them, or of those with this very name. */
  async list(which: { readonly name?: string; readonly after?: string }, signal: AbortSignal): Promise<WirePage> {
    const query = { ...which, limit: String(this.#pageSize) }
    return read(wirePage, await this.#send([200], { method: 'GET', path: '/servers', query, signal }))
  }

  /** Resolves also where there is none. */
  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.#send([202, 404], { method: 'DELETE', path: pathOf(id), signal })
  }

  async suspend(id: string, signal: AbortSignal): Promise<void> {
    await this.#turn(id, 'suspend', signal)
  }

  async resume(id: string, signal: AbortSignal): Promise<void> {
    await this.#turn(id, 'resume', signal)
  }

  async version(signal: AbortSignal): Promise<string> {
    const answer = await this.#send([200], { method: 'GET', path: '/version', signal })
    return read(wireVersion, answer).version
  }

  close(): void {
    this.#transport.close()
  }

  async #turn(id: string, action: 'suspend' | 'resume', signal: AbortSignal): Promise<void> {
    const { status } = await this.#send([202, 404], { method: 'POST', path: `${pathOf(id)}/${action}`, signal })
    if (status === 404) throw absent()
  }

  async #send(expected: readonly number[], request: WireRequest): Promise<WireAnswer> {
    const answer = await this.#transport.send(request)
    if (expected.includes(answer.status)) return answer
    throw refusal(answer, this.#clock.now())
  }
}

function pathOf(id: string): string {
  return `/servers/${encodeURIComponent(id)}`
}

/** The library's own report would quote the answer. */
function read<T>(schema: v.GenericSchema<unknown, T>, { body }: WireAnswer): T {
  const result = v.safeParse(schema, parseJson(body))
  if (result.success) return result.output
  throw unreadable('something else than its API promises')
}
