import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What Octavia's driver made of a verb. */
interface PeerAnswer {
  readonly ms: number
  readonly result?: unknown
  readonly error?: string
}

/** Octavia's own Nova driver, in a process of its own (Debian's python3-octavia). */
export interface OctaviaPeer {
  do(verb: 'build' | 'get' | 'status' | 'delete', input: object): Promise<PeerAnswer>
  close(): Promise<void>
}

export function startOctaviaPeer(
  conf: Readonly<Record<string, Readonly<Record<string, string | number>>>>,
): OctaviaPeer {
  const script = fileURLToPath(new URL('octavia_peer.py', import.meta.url))
  const env = { PATH: '/usr/bin:/bin', PYTHONWARNINGS: 'ignore', HOME: process.env['HOME'] ?? '/' }
  const peer = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'inherit'], env })
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]()
  const write = (value: object): void => void peer.stdin.write(`${JSON.stringify(value)}\n`)
  write({ conf })
  return {
    do: async (verb, input) => {
      write({ verb, ...input })
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the peer ended')
      return JSON.parse(value) as PeerAnswer
    },
    close: async () => {
      const ended = new Promise((resolve) => peer.once('exit', resolve))
      peer.stdin.end()
      await ended
    },
  }
}
