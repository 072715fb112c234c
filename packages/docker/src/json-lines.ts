import type { IncomingMessage } from 'node:http'
import { EngineError, stopped, transportFailure, unreadable, type Step } from './errors.ts'
import { readJson } from './read-wire.ts'

const LONGEST_LINE = 1024 * 1024

interface LinesOptions {
  readonly step: Step
  readonly signal: AbortSignal
}

/**
 * The JSON values of an answer, one a line. Ends where the answer is complete; rejects with an `EngineError` where it is
 * cut, or holds something else, or the signal aborts. Closes the connection when its reader leaves.
 */
export async function* jsonLines(response: IncomingMessage, { step, signal }: LinesOptions): AsyncGenerator {
  const stop = (): void => void response.destroy()
  signal.addEventListener('abort', stop, { once: true })
  let rest: Buffer = Buffer.alloc(0)
  try {
    if (signal.aborted) throw stopped(step, signal, 'unsure')
    for await (const piece of response as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        const line = rest.subarray(0, end)
        rest = rest.subarray(end + 1)
        yield* valueOf(line, step)
      }
      if (rest.length > LONGEST_LINE) throw unreadable(step, `a line of more than ${LONGEST_LINE} bytes`)
    }
    if (signal.aborted) throw stopped(step, signal, 'unsure')
    yield* valueOf(rest, step)
  } catch (thrown) {
    if (signal.aborted) throw stopped(step, signal, 'unsure')
    throw thrown instanceof EngineError ? thrown : transportFailure(step, thrown)
  } finally {
    signal.removeEventListener('abort', stop)
    response.destroy()
  }
}

function* valueOf(line: Buffer, step: Step): Iterable<unknown> {
  if (line.every((byte) => byte <= 0x20)) return
  const value = readJson(line)
  if (value === undefined) throw unreadable(step, 'a line that is not JSON')
  yield value
}
