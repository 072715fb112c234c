import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { AmphoraComputeError } from '@amphora/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { SnmpClient } from '../../src/snmp/snmp-client.ts'
import { createSnmpAgent } from './agent.ts'
import { clientOf, request, secret, USER } from './client.ts'

const NAME = '1.3.6.1.2.1.1.5.0'
const GET = 0xa0
const RESPONSE = 0xa2
const community = { version: 'v2c', community: secret('public') } as const
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function socketThat(answers: (bytes: Buffer, from: RemoteInfo, own: Socket) => void): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, from) => answers(bytes, from, socket))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  closing.push(() => socket.close())
  return socket.address().port
}

function client(...given: Parameters<typeof clientOf>): SnmpClient {
  const made = clientOf(...given)
  closing.push(() => made.close())
  return made
}

/** The question as its own answer: a true one, since its value may be NULL. */
function answerTo(question: Buffer): Buffer {
  const answer = Buffer.from(question)
  answer[answer.indexOf(GET)] = RESPONSE
  return answer
}

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof AmphoraComputeError ? error.reason : 'a foreign error'),
  )

describe('an answer counts only', () => {
  it('from the address and port that was asked', async () => {
    const stranger = createSocket('udp4')
    closing.push(() => stranger.close())
    const port = await socketThat((bytes, { port: to }) => stranger.send(answerTo(bytes), to, '127.0.0.1'))
    expect(await codeOf(client(port, { credentials: community }).get([NAME], request()))).toBe('hardware/snmp-silent')
    const honest = await socketThat((bytes, { port: to }, own) => own.send(answerTo(bytes), to, '127.0.0.1'))
    expect(await codeOf(client(honest, { credentials: community }).get([NAME], request()))).toBe('resolved')
  })

  it('with the id that was asked', async () => {
    const port = await socketThat((bytes, { port: to }, own) => {
      const answer = answerTo(bytes)
      // The id follows the PDU's own tag and length, and its own.
      const at = answer.indexOf(RESPONSE) + 4
      answer[at] = (answer[at] ?? 0) ^ 1
      own.send(answer, to, '127.0.0.1')
    })
    expect(await codeOf(client(port, { credentials: community }).get([NAME], request()))).toBe('hardware/snmp-silent')
  })

  it('as protected as the question', async () => {
    const agent = await createSnmpAgent({ users: [USER], objects: () => [{ oid: NAME, value: 'a box' }] })
    closing.push(() => agent.close())
    const one = client(agent.port)
    expect(await codeOf(one.get([NAME], request()))).toBe('resolved')
    agent.intercept = () => ({ kind: 'plain' })
    expect(await codeOf(one.get([NAME], request()))).toBe('hardware/snmp-silent')
  })
})

it('no datagram makes the process stumble, whatever is in it', async () => {
  let seed = 1
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  let sent = 0
  const port = await socketThat((bytes, { port: to }, own) => {
    for (let turn = 0; turn < 40; turn += 1) {
      const forged = random() < 0.5 ? answerTo(bytes) : Buffer.from(bytes)
      for (let flips = 0; flips < 4; flips += 1)
        forged[Math.floor(random() * forged.length)] = Math.floor(random() * 256)
      own.send(random() < 0.2 ? forged.subarray(0, Math.floor(random() * forged.length)) : forged, to, '127.0.0.1')
      sent += 1
    }
  })
  const results = await Promise.all(
    [community, undefined].flatMap((credentials) =>
      Array.from({ length: 10 }, () =>
        codeOf(client(port, { ...(credentials && { credentials }), timeoutMs: 60, retries: 2 }).get([NAME], request())),
      ),
    ),
  )
  expect(results).not.toContain('a foreign error')
  expect(sent).toBeGreaterThan(1_000)
})
