import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'

/** Passes datagrams on to an agent, and its answers back, and counts both. */
export interface Relay {
  readonly port: number
  /** What has gone to the agent and what has come back since it was last asked. */
  take(): { readonly questions: number; readonly answers: number }
  close(): void
}

export async function openRelay(agent: { readonly host: string; readonly port: number }): Promise<Relay> {
  const [outer, inner] = [createSocket('udp4'), createSocket('udp4')]
  outer.bind(0, '127.0.0.1')
  inner.connect(agent.port, agent.host)
  await Promise.all([once(outer, 'listening'), once(inner, 'connect')])
  let seen = { questions: 0, answers: 0 }
  let asker: RemoteInfo | undefined
  outer.on('message', (bytes, from) => {
    seen = { ...seen, questions: seen.questions + 1 }
    asker = from
    inner.send(bytes)
  })
  inner.on('message', (bytes) => {
    seen = { ...seen, answers: seen.answers + 1 }
    if (asker !== undefined) outer.send(bytes, asker.port, asker.address)
  })
  return {
    port: outer.address().port,
    take: () => {
      const taken = seen
      seen = { questions: 0, answers: 0 }
      return taken
    },
    close: () => {
      outer.close()
      inner.close()
    },
  }
}
