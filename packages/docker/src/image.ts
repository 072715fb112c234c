import { Flights, AmphoraComputeError, type Call, type Progress } from '@amphora/core'
import type { Client } from './client.ts'
import { EngineError } from './errors.ts'
import { jsonLines } from './json-lines.ts'
import { readPull } from './read-wire.ts'

/** Where an image is pulled from; `undefined` for an id, which no registry knows. */
export interface ImageSource {
  readonly repository: string
  /** A tag or a digest. Never empty: without one the engine pulls every tag there is. */
  readonly tag: string
}

/** A reference as the engine reads it (distribution/reference): a digest wins over a tag, `latest` stands for neither. */
export function imageSource(reference: string): ImageSource | undefined {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(reference)) return undefined
  const [name = '', digest] = reference.split('@', 2)
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1)
  const repository = colon < 0 ? name : name.slice(0, colon)
  const tag = digest ?? (colon < 0 ? 'latest' : name.slice(colon + 1))
  return repository === '' || tag === '' ? undefined : { repository, tag }
}

/** Pulls images, each once however many builds wait for it. */
export class ImagePulls {
  readonly #client: Client
  readonly #limitMs: number
  readonly #flights = new Flights<void>()
  /** Who waits for which image, so that each hears how far it has come. */
  readonly #waiting = new Map<string, Set<Call>>()

  constructor(client: Client, limitMs: number) {
    this.#client = client
    this.#limitMs = limitMs
  }

  /** Resolves when the engine says that it has the image. Takes a time of its own, which the call's does not bound. */
  async pull(reference: string, call: Call): Promise<void> {
    const source = imageSource(reference)
    if (source === undefined) throw notPulled('an image id names nothing that could be pulled')
    const waiting = this.#waiting.get(reference) ?? new Set()
    this.#waiting.set(reference, waiting.add(call))
    const tell = (step: Progress): void => waiting.forEach((one) => one.progress(step))
    try {
      await call.longStep(this.#limitMs, (signal) =>
        this.#flights.join(reference, signal, (shared) => this.#run(source, tell, shared)),
      )
    } finally {
      waiting.delete(call)
      if (waiting.size === 0) this.#waiting.delete(reference)
    }
  }

  async #run({ repository, tag }: ImageSource, tell: (step: Progress) => void, signal: AbortSignal): Promise<void> {
    try {
      const { response } = await this.#client.pull(repository, tag, signal)
      const layers = new Map<string, boolean>()
      for await (const json of jsonLines(response, { step: 'pull', signal })) {
        const line = readPull(json)
        if (line?.error !== undefined) throw refused(line.error)
        if (line?.layer !== undefined && line.layer !== tag) report(layers, line.layer, line.status ?? '', tell)
      }
    } catch (thrown) {
      throw thrown instanceof EngineError && thrown.verdict === 'refused' ? sorted(thrown) : thrown
    }
  }
}

/** A pull says hundreds of things of every layer; whoever watches wants to know how many are there. */
function report(layers: Map<string, boolean>, layer: string, status: string, tell: (step: Progress) => void): void {
  const done = /^(pull complete|already exists)/i.test(status)
  if (layers.get(layer) === done || layers.get(layer) === true) return
  layers.set(layer, done)
  const finished = [...layers.values()].filter(Boolean).length
  const message = `${finished} of ${layers.size} layers are there`
  tell({ step: 'docker/pull', message, done: finished, total: layers.size })
}

/** What a registry will not give stays so until somebody does something; what it cannot give now may come later. */
function sorted(error: EngineError): AmphoraComputeError {
  if (error.code === 'resource-exhausted') return error
  return notPulled('the engine could not pull it', error.cause)
}

/** The failure of a pull comes inside a 200: the engine had begun to answer before it knew. */
function refused(said: string): AmphoraComputeError {
  const cause = new Error(said.replace(/\p{Cc}+/gu, ' ').slice(0, 200))
  if (!/toomanyrequests|rate limit/i.test(said)) return notPulled('the engine could not pull it', cause)
  const code = 'resource-exhausted'
  const reason = 'docker/registry-limit'
  return new AmphoraComputeError('the registry lets no more pulls through for now', { code, reason, cause })
}

function notPulled(why: string, cause?: unknown): AmphoraComputeError {
  return new AmphoraComputeError(`the engine does not have the image, and ${why}`, {
    code: 'not-found',
    reason: 'docker/pull-failed',
    cause,
  })
}
