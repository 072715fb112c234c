// oxlint-disable-next-line typescript/triple-slash-reference -- the library ships no types, and whoever compiles this file needs them
/// <reference path="./dockerode.d.ts" />
import type { IncomingMessage } from 'node:http'
import { inspect } from 'node:util'
import type Docker from 'dockerode'
import { callAgent, streamAgent, TAKEN, type EngineAgent, type Headers } from './agent.ts'
import { EngineError, stopped, transportFailure, unreadable, type Step } from './errors.ts'
import type { Endpoint } from './options.ts'

/** One request to the engine. Everything from outside that is part of `path` is encoded already. */
export interface EngineRequest {
  readonly step: Step
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: object
  readonly archive?: Buffer
  readonly signal: AbortSignal
  /** The longest answer that is read. Default 1 MiB. */
  readonly maxBytes?: number
}

/** An answer whose body is read piece by piece, as it comes. */
export interface EngineStream {
  readonly status: number
  readonly response: IncomingMessage
}

export interface EngineAnswer extends EngineStream {
  readonly body: Buffer
}

const ONE_OBJECT = 1024 * 1024
/** Every status is an answer; what it means is decided in one place, and not by the library. */
const anyStatus: Readonly<Record<number, true>> = new Proxy({}, { get: () => true })

type Modem = InstanceType<typeof Docker>['modem']
interface Modems {
  readonly calls: Modem
  readonly streams: Modem
}

/** The one place that knows dockerode: requests out, raw answers in. Rejects with an `EngineError` and nothing else. */
export class Engine {
  readonly #endpoint: Endpoint
  readonly #calls: EngineAgent
  readonly #streams: EngineAgent
  #library: Promise<typeof Docker> | undefined
  #modems: Modems | undefined

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
    this.#calls = callAgent(endpoint)
    this.#streams = streamAgent(endpoint)
  }

  /** Sends, and reads the whole answer, up to `maxBytes`. */
  async send(request: EngineRequest): Promise<EngineAnswer> {
    const { calls } = this.#modems ?? (await this.#connect(request))
    return exchange(calls, request, (response, settle) => readBody(response, request, settle))
  }

  /** Sends, and gives the answer as soon as its head is there. Its reader destroys it. */
  async open(request: EngineRequest): Promise<EngineStream> {
    const { streams } = this.#modems ?? (await this.#connect(request))
    return exchange(streams, request, (response, settle) => {
      settle.resolve({ status: response.statusCode ?? 0, response })
    })
  }

  /** The rest of an answer that was opened, up to `maxBytes`. */
  read(response: IncomingMessage, request: EngineRequest): Promise<EngineAnswer> {
    return bounded(request, (settle) => readBody(response, request, settle))
  }

  close(): void {
    this.#calls.destroy()
    this.#streams.destroy()
  }

  /** The library is imported at the first call, since it weighs more than all the rest. A failure is not kept. */
  async #connect({ step, signal }: EngineRequest): Promise<Modems> {
    if (signal.aborted) throw stopped(step, signal, 'unsent')
    this.#library ??= import('dockerode').then((library) => library.default)
    try {
      const Library = await this.#library
      this.#modems ??= {
        calls: modemOf(Library, this.#endpoint, this.#calls),
        streams: modemOf(Library, this.#endpoint, this.#streams),
      }
      return this.#modems
    } catch {
      this.#library = undefined
      throw new EngineError('the library "dockerode" could not be loaded; is it installed beside this package?', {
        step,
        verdict: 'unsent',
        code: 'failed-precondition',
        reason: 'docker/library',
      })
    }
  }
}

interface Settle<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: EngineError) => void
  /** What the signal stops beside the promise. */
  onStop: () => void
}

/** A promise that the request's signal ends at once. One listener for a request and its answer, given back at the end. */
function bounded<T>({ step, signal }: EngineRequest, work: (settle: Settle<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped(step, signal, 'unsent'))
    const stop = (): void => {
      reject(stopped(step, signal, 'unsure'))
      settle.onStop()
    }
    const settle: Settle<T> = {
      resolve: (value) => {
        signal.removeEventListener('abort', stop)
        resolve(value)
      },
      reject: (error) => {
        signal.removeEventListener('abort', stop)
        reject(error)
      },
      onStop: () => {},
    }
    signal.addEventListener('abort', stop, { once: true })
    work(settle)
  })
}

function exchange<T>(
  modem: Modem,
  request: EngineRequest,
  read: (response: IncomingMessage, settle: Settle<T>) => void,
): Promise<T> {
  const { step, method, path, query, body, archive, signal } = request
  return bounded(request, (settle) => {
    const headers: Headers = {
      // What the library formats for its debug log with every request, debugging or not.
      [inspect.custom]: () => '[Headers]',
      [TAKEN]: (sent) => {
        // While it is being made it cannot be destroyed.
        if (signal.aborted) queueMicrotask(() => sent.destroy())
        settle.onStop = () => sent.destroy()
      },
    }
    // The library changes what it is given, so all of it is made anew.
    const options = {
      path: query === undefined ? path : `${path}?`,
      method,
      headers,
      ...(query === undefined && body === undefined ? {} : { options: { _query: { ...query }, _body: body ?? {} } }),
      ...(archive === undefined ? {} : { file: archive }),
      isStream: true as const,
      statusCodes: anyStatus,
    }
    modem.dial(options, (error, response) => {
      if (signal.aborted) response?.destroy()
      else if (error) settle.reject(transportFailure(step, error))
      else read(response, settle)
    })
  })
}

/** Certificates stand in the agent and nowhere else: the library formats its own options for a debug log. */
function modemOf(Library: typeof Docker, endpoint: Endpoint, agent: EngineAgent): Modem {
  const tcp = endpoint.kind === 'unix' ? undefined : endpoint
  return withoutDockerHost(
    () =>
      new Library({
        agent,
        socketPath: endpoint.kind === 'unix' ? endpoint.socketPath : undefined,
        host: tcp?.host,
        port: tcp?.port,
        protocol: endpoint.kind === 'tls' ? 'https' : 'http',
        pathPrefix: undefined,
        version: undefined,
        timeout: undefined,
        ca: undefined,
        cert: undefined,
        key: undefined,
        headers: undefined,
      }).modem,
  )
}

/** The library reads DOCKER_HOST whatever it is given, and throws where it cannot read it. Nothing runs in between. */
function withoutDockerHost<T>(make: () => T): T {
  const kept = process.env['DOCKER_HOST']
  delete process.env['DOCKER_HOST']
  try {
    return make()
  } finally {
    if (kept !== undefined) process.env['DOCKER_HOST'] = kept
  }
}

function readBody(
  response: IncomingMessage,
  { step, signal, maxBytes = ONE_OBJECT }: EngineRequest,
  settle: Settle<EngineAnswer>,
): void {
  const pieces: Buffer[] = []
  let length = 0
  const fail = (error: EngineError): void => {
    settle.reject(error)
    response.destroy()
  }
  const cut = (): void => {
    if (!signal.aborted) fail(transportFailure(step, Object.assign(new Error('aborted'), { code: 'ECONNRESET' })))
  }
  settle.onStop = () => response.destroy()
  response.on('data', (piece: Buffer) => {
    length += piece.length
    if (length > maxBytes) fail(unreadable(step, `more than ${maxBytes} bytes`))
    else pieces.push(piece)
  })
  response.on('end', () => {
    const body = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, length)
    settle.resolve({ status: response.statusCode ?? 0, response, body })
  })
  response.on('aborted', cut)
  response.on('error', (error: Error) => fail(transportFailure(step, error)))
}
