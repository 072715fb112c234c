import { Agent, type ClientRequest } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { expect, it } from 'vitest'
import { Connections } from './connections.ts'
import { loadTransport } from './transport.ts'

it("rejects with Node's own error, whose fields say more than its code", async () => {
  const timedOut = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT', syscall: 'connect' })
  const connections = Object.assign(new Connections(), { http: agentThatFails(timedOut), https: new TlsAgent() })
  const send = await loadTransport(connections)
  const { signal } = new AbortController()
  const sending = send({ method: 'GET', url: 'http://127.0.0.1:1/', headers: {}, body: undefined, signal })
  await expect(sending).rejects.toBe(timedOut)
})

it('rejects with a code and nothing else where the library made the error', async () => {
  const send = await loadTransport(new Connections())
  const signal = AbortSignal.abort()
  const headers = { 'x-auth-token': 'canary' }
  const sending = send({ method: 'GET', url: 'http://127.0.0.1:1/', headers, body: undefined, signal })
  const error: unknown = await sending.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  expect(Object.entries(error as Error)).toEqual([['code', 'ERR_CANCELED']])
})

function agentThatFails(error: Error): Agent {
  return Object.assign(new Agent(), {
    addRequest: (request: ClientRequest) => process.nextTick(() => request.emit('error', error)),
  })
}
