import type { OutgoingHttpHeaders } from 'node:http'
import type { FakeResponse, FixedBody, ResponseHead } from './response.ts'
import type { Stage } from './stage.ts'

/** Settles when the answer is handed to the socket, or the client has left. */
export async function sendResponse(answer: FakeResponse, stage: Stage): Promise<void> {
  const { exchange, response } = stage
  if (answer.takeOver) {
    exchange.status = response.statusCode = answer.status ?? 200
    response.setHeaders(new Map(Object.entries(headersOf(answer))))
    await answer.takeOver(response)
    return
  }
  if (answer.stream) return sendStream(answer, answer.stream, stage)
  const bytes = bytesOf(answer)
  const bodiless = !carriesBody(answer.status)
  sendHead(answer, bodiless ? {} : { ...contentType(answer), 'content-length': bytes.length }, stage)
  if (!bodiless && exchange.method !== 'HEAD' && bytes.length > 0) await write(bytes, stage)
  response.end()
}

async function sendStream(head: ResponseHead, stream: AsyncIterable<string | Uint8Array>, stage: Stage): Promise<void> {
  sendHead(head, {}, stage)
  stage.response.flushHeaders()
  try {
    for await (const piece of stream) if (!(await write(piece, stage))) return
  } catch {
    return stage.reset()
  }
  stage.response.end()
}

/** The given headers win over the implied ones. */
export function sendHead(answer: ResponseHead, implied: OutgoingHttpHeaders, { exchange, response }: Stage): void {
  exchange.status = answer.status ?? 200
  response.writeHead(exchange.status, { ...implied, ...headersOf(answer) })
}

/** Resolves when the kernel has taken the bytes: with back-pressure. `false`: the client has left. */
export function write(chunk: string | Uint8Array, { exchange, response }: Stage): Promise<boolean> {
  if (exchange.signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const left = (): void => resolve(false)
    exchange.signal.addEventListener('abort', left, { once: true })
    response.write(chunk, (error) => {
      exchange.signal.removeEventListener('abort', left)
      if (!error) exchange.bytesSent += Buffer.byteLength(chunk)
      resolve(!error)
    })
  })
}

export function bytesOf(answer: FixedBody): Uint8Array {
  if (answer.bytes) return answer.bytes
  return Buffer.from(answer.text ?? (answer.json === undefined ? '' : JSON.stringify(answer.json)))
}

/** 204 and 304 have no body whatever the handler says (RFC 9110, 15.3.5 and 15.4.5). */
export function carriesBody(status: number = 200): boolean {
  return status !== 204 && status !== 304
}

function contentType(answer: FixedBody): OutgoingHttpHeaders {
  if (answer.bytes) return { 'content-type': 'application/octet-stream' }
  if (answer.text !== undefined) return { 'content-type': 'text/plain; charset=utf-8' }
  return answer.json === undefined ? {} : { 'content-type': 'application/json' }
}

export function headersOf({ headers = {} }: ResponseHead): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : [...value],
    ]),
  )
}
