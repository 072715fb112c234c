import type { Clock } from '@amphora/core'
import type { Engine, EngineAnswer, EngineRequest, EngineStream } from './engine.ts'
import { refusal, unreadable, type EngineError } from './errors.ts'
import { readContainer, readId, readInfo, readJson, readRow } from './read-wire.ts'
import type { ConnectBody, CreateBody, WireContainer, WireInfo, WireRow } from './wire.ts'

const LIST_BYTES = 32 * 1024 * 1024

/** Those that change the state of a container. The others, of which every health check makes three, are not wanted. */
const EVENTS = [
  'create',
  'start',
  'restart',
  'pause',
  'unpause',
  'oom',
  'die',
  'stop',
  'rename',
  'update',
  'destroy',
  'health_status',
]

export interface PageRequest {
  readonly owner: string
  readonly limit: number
  readonly before: string | undefined
}

export interface Page {
  readonly rows: readonly WireRow[]
  /** When the engine wrote it, by its own clock: epoch milliseconds, to the second. */
  readonly at: number
}

/**
 * One method for each endpoint, API 1.41 (docs.docker.com/engine/api/v1.41). Paths carry no version, which every engine
 * reads as its own newest: the oldest that a new engine takes is above the newest that an old one has.
 */
export class Client {
  readonly #engine: Engine
  readonly #clock: Clock

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
  }

  /** `1.41`; `undefined` where whoever answered did not say. */
  async ping(
    signal: AbortSignal,
  ): Promise<{ readonly apiVersion: string | undefined; readonly os: string | undefined }> {
    const { response } = await this.#expect([200], { step: 'ping', method: 'GET', path: '/_ping', signal })
    return { apiVersion: one(response.headers['api-version']), os: one(response.headers['ostype']) }
  }

  /** The new container's id. */
  async create(name: string, body: CreateBody, signal: AbortSignal): Promise<string> {
    const request: EngineRequest = {
      step: 'create',
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body,
      signal,
    }
    const { body: answer } = await this.#expect([201], request)
    const id = readId(readJson(answer))
    if (id === undefined) throw unreadable('create', 'something else than the id of a container')
    return id
  }

  async putArchive(id: string, directory: string, archive: Buffer, signal: AbortSignal): Promise<void> {
    const path = `/containers/${id}/archive`
    // Without the second the engine removes a directory that a file is to replace, with all that is in it.
    const query = { path: directory, noOverwriteDirNonDir: 1 }
    await this.#expect([200], { step: 'archive', method: 'PUT', path, query, archive, signal })
  }

  async connect(network: string, body: ConnectBody, signal: AbortSignal): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/connect`
    await this.#expect([200, 204], { step: 'connect', method: 'POST', path, body, signal })
  }

  async disconnect(network: string, body: ConnectBody, signal: AbortSignal): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/disconnect`
    await this.#expect([200, 204], { step: 'disconnect', method: 'POST', path, body, signal })
  }

  /** Also resolves where it runs already, which the engine answers with 304. */
  async start(id: string, signal: AbortSignal): Promise<void> {
    await this.#expect([204, 304], { step: 'start', method: 'POST', path: `/containers/${id}/start`, signal })
  }

  async pause(id: string, signal: AbortSignal): Promise<void> {
    await this.#expect([204], { step: 'pause', method: 'POST', path: `/containers/${id}/pause`, signal })
  }

  async unpause(id: string, signal: AbortSignal): Promise<void> {
    await this.#expect([204], { step: 'unpause', method: 'POST', path: `/containers/${id}/unpause`, signal })
  }

  /** `undefined` where there is none. Whoever asks by name looks at the name of what comes: the engine also takes the beginning of an id. */
  async inspect(idOrName: string, signal: AbortSignal): Promise<WireContainer | undefined> {
    const path = `/containers/${encodeURIComponent(idOrName)}/json`
    const { status, body } = await this.#expect([200, 404], { step: 'inspect', method: 'GET', path, signal })
    if (status === 404) return undefined
    const container = readContainer(readJson(body))
    if (container === undefined) throw unreadable('inspect', 'something else than a container')
    return container
  }

  /** One page, newest first: at most `limit`, older than the container `before`. */
  async list({ owner, limit, before }: PageRequest, signal: AbortSignal): Promise<Page> {
    const filters = { label: [`amphora.owner=${owner}`], ...(before === undefined ? {} : { before: [before] }) }
    const query = { all: 1, limit, filters: JSON.stringify(filters) }
    const request: EngineRequest = {
      step: 'list',
      method: 'GET',
      path: '/containers/json',
      query,
      signal,
      maxBytes: LIST_BYTES,
    }
    const { body, response } = await this.#expect([200], request)
    const json = readJson(body)
    const rows = Array.isArray(json) ? json.map(readRow) : [undefined]
    if (!rows.every((row) => row !== undefined)) throw unreadable('list', 'something else than a list of containers')
    const date = Date.parse(response.headers.date ?? '')
    return { rows, at: Number.isNaN(date) ? this.#clock.now() : date }
  }

  /** Its anonymous volumes go with it. `force` ends it where it runs. */
  async remove(id: string, force: boolean, signal: AbortSignal): Promise<void> {
    const query = { v: 1, ...(force ? { force: 1 } : {}) }
    await this.#expect([204, 404], { step: 'remove', method: 'DELETE', path: `/containers/${id}`, query, signal })
  }

  async hasImage(reference: string, signal: AbortSignal): Promise<boolean> {
    const path = `/images/${encodeURIComponent(reference)}/json`
    return (await this.#expect([200, 404], { step: 'image', method: 'GET', path, signal })).status === 200
  }

  async hasNetwork(network: string, signal: AbortSignal): Promise<boolean> {
    const path = `/networks/${encodeURIComponent(network)}`
    return (await this.#expect([200, 404], { step: 'network', method: 'GET', path, signal })).status === 200
  }

  async info(signal: AbortSignal): Promise<WireInfo> {
    const { body } = await this.#expect([200], { step: 'info', method: 'GET', path: '/info', signal })
    return readInfo(readJson(body))
  }

  /** The pull's own report, line by line; its end says nothing of success. */
  pull(repository: string, tag: string, signal: AbortSignal): Promise<EngineStream> {
    const query = { fromImage: repository, tag }
    return this.#stream({ step: 'pull', method: 'POST', path: '/images/create', query, signal })
  }

  /** What happens to containers of this owner, from `since` (seconds, with a fraction) on, without an end. */
  events(owner: string, since: string, signal: AbortSignal): Promise<EngineStream> {
    const filters = JSON.stringify({ type: ['container'], label: [`amphora.owner=${owner}`], event: EVENTS })
    return this.#stream({ step: 'events', method: 'GET', path: '/events', query: { since, filters }, signal })
  }

  async #expect(statuses: readonly number[], request: EngineRequest): Promise<EngineAnswer> {
    const answer = await this.#engine.send(request)
    if (statuses.includes(answer.status)) return answer
    throw this.#refusal(request, answer)
  }

  async #stream(request: EngineRequest): Promise<EngineStream> {
    const stream = await this.#engine.open(request)
    if (stream.status === 200) return stream
    throw await this.#refusedStream(request, stream)
  }

  async #refusedStream(request: EngineRequest, { response }: EngineStream): Promise<EngineError> {
    return this.#refusal(request, await this.#engine.read(response, request))
  }

  #refusal({ step }: EngineRequest, { status, response: { headers }, body }: EngineAnswer): EngineError {
    return refusal(step, { status, headers, body }, this.#clock.now())
  }
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0]
}
