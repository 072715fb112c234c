import { request } from 'node:http'
import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request as requestTls, type RequestOptions } from 'node:https'
import { certificate } from './certificate.ts'

/** What a client saw: an answer, a failure, or the one and then the other. */
export interface Outcome {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Code and system call of the failure: `ECONNRESET read` is a reset, `ECONNRESET` an end without an answer. */
  readonly error: string | undefined
}

export interface Ask {
  readonly body?: string | Uint8Array
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
  readonly agent?: Agent
  /** Called with all that has come of the body, whenever more has come. */
  readonly onText?: (text: string) => void
}

/** One request through bare `node:http` or `node:https`. Never rejects. */
export function ask(url: string, target: string, options: Ask = {}): Promise<Outcome> {
  const [method = '', path = ''] = target.split(' ')
  return new Promise((resolve) => {
    let status: number | undefined
    let headers: IncomingHttpHeaders = {}
    let text = ''
    const settle = (error?: NodeJS.ErrnoException): void =>
      resolve({ status, headers, text, error: error && [error.code, error.syscall].filter(Boolean).join(' ') })
    const { body, onText, ...rest } = options
    const outgoing = sender(url)({ ...addressOf(url), method, path, agent: false, ...rest }, (incoming) => {
      status = incoming.statusCode
      headers = incoming.headers
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
        onText?.(text)
      })
      incoming.once('end', () => settle()).once('error', settle)
    })
    outgoing.once('error', settle)
    outgoing.end(body)
  })
}

/** Resolves with the head, and reads no more than that. */
export function open(url: string, target: string, body?: string): Promise<IncomingMessage> {
  const [method = '', path = ''] = target.split(' ')
  return new Promise((resolve, reject) => {
    const outgoing = sender(url)({ ...addressOf(url), method, path, agent: false }, (incoming) =>
      resolve(incoming.on('error', () => undefined)),
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

function sender(url: string): typeof requestTls {
  return url.startsWith('https:') ? requestTls : request
}

function addressOf(url: string): RequestOptions {
  const { protocol, hostname, port, pathname } = new URL(url)
  if (protocol === 'unix:') return { socketPath: pathname }
  return { host: hostname, port, ...(protocol === 'https:' ? { ca: certificate.cert } : {}) }
}
