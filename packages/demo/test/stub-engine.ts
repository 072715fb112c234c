import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface StubEngine {
  readonly socketPath: string
  /** `METHOD /path`, oldest first. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** An answer of the engine: its status, and its body where it has one. */
export type StubAnswer = readonly [status: number, body?: object]

/** Answers each kind of request, `METHOD /path`, with its own list of answers, whose last one repeats; others with 500. */
export async function stubEngine(answers: Readonly<Record<string, readonly StubAnswer[]>>): Promise<StubEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'amphora-demo-'))
  const socketPath = join(folder, 'engine.sock')
  const requests: string[] = []
  const server = createServer((request, response) => {
    request.resume()
    const kind = `${request.method} ${request.url?.split('?')[0]}`
    const seen = requests.filter((one) => one === kind).length
    requests.push(kind)
    const planned = answers[kind] ?? []
    const [status, body] = planned[seen] ?? planned.at(-1) ?? [500, { message: `unplanned: ${kind}` }]
    response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const close = async (): Promise<void> => {
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  }
  return { socketPath, requests, close }
}
