import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { silentLogger, systemClock } from '@amphora/core'
import library from 'net-snmp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Bell } from '../../src/snmp/bell.ts'
import type { SnmpCredentials } from '../../src/snmp/access.ts'
import { TrapReceiver } from '../../src/snmp/trap-receiver.ts'
import { credentialsOf, secret, USER } from './client.ts'

interface Sender {
  trap(oid: string, done: (error: unknown) => void): void
  inform(oid: string, done: (error: unknown) => void): void
  close(): void
}
const snmp = library as {
  readonly createV3Session: (host: string, user: object, options: object) => Sender
  readonly createSession: (host: string, community: string, options: object) => Sender
  readonly Version2c: number
  readonly SecurityLevel: { readonly noAuthNoPriv: number; readonly authPriv: number }
  readonly AuthProtocols: { readonly sha256: string }
  readonly PrivProtocols: { readonly aes: string }
}

const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
const warned: unknown[] = []
const logger = { ...silentLogger, warn: (fields: object) => void warned.push(fields) }
let receiver: TrapReceiver
let rung: string[]
let bell: Bell
let port: number

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port: free } = socket.address()
  socket.close()
  return free
}

async function listen(credentials: SnmpCredentials = credentialsOf(USER), host = '127.0.0.1'): Promise<boolean> {
  receiver = new TrapReceiver({
    address: '127.0.0.1',
    port,
    credentials,
    owner: 'amphora',
    clock: systemClock,
    logger,
    agents: [{ appliance: 'box', host }],
  })
  receiver.listen(bell)
  return receiver.isListening()
}

beforeEach(async () => {
  rung = []
  warned.length = 0
  bell = new Bell()
  const ring = bell.ring.bind(bell)
  bell.ring = (appliance) => {
    rung.push(appliance)
    ring(appliance)
  }
  port = await freePort()
})
afterEach(() => receiver.close())

const v3 = (user: object): Sender =>
  snmp.createV3Session('127.0.0.1', user, { trapPort: port, timeout: 150, retries: 0 })
const signed = (over: object = {}): object => ({
  name: 'ops',
  level: snmp.SecurityLevel.authPriv,
  authProtocol: snmp.AuthProtocols.sha256,
  authKey: USER.authKey,
  privProtocol: snmp.PrivProtocols.aes,
  privKey: USER.privKey,
  ...over,
})
const unsigned = { name: 'ops', level: snmp.SecurityLevel.noAuthNoPriv }
const community = (text: string): Sender =>
  snmp.createSession('127.0.0.1', text, { version: snmp.Version2c, trapPort: port, timeout: 150, retries: 0 })

async function send(sender: Sender, kind: 'trap' | 'inform'): Promise<unknown> {
  const error = await new Promise((resolve) => sender[kind](LINK_DOWN, resolve))
  sender.close()
  return error ?? undefined
}

describe('a trap', () => {
  it('of a known user rings for the appliance that sent it', async () => {
    await listen()
    await send(v3(signed()), 'trap')
    await expect.poll(() => rung, { timeout: 5_000 }).toEqual(['box'])
    expect(bell.take()).toEqual(new Set(['box']))
  })

  it('that is an inform rings too, and its sender is told that it has arrived', async () => {
    await listen()
    expect(await send(v3(signed()), 'inform')).toBeUndefined()
    expect(rung).toEqual(['box'])
  })

  it.each([
    ['without authentication', 'trap', () => v3(unsigned)],
    ['without authentication, an inform', 'inform', () => v3(unsigned)],
    ['with a wrong key', 'trap', () => v3(signed({ authKey: 'wrong-0123456789' }))],
    ['of an unknown user', 'trap', () => v3(signed({ name: 'nobody' }))],
    ['of version 2c, which nobody wanted', 'trap', () => community('public')],
  ] as const)('%s is dropped and counted', async (_what, kind, sender) => {
    await listen()
    await send(sender(), kind)
    await expect.poll(() => receiver.dropped().unauthenticated, { timeout: 5_000 }).toBe(1)
    expect(rung).toEqual([])
    expect(receiver.warnings()).toEqual([
      expect.stringMatching(/^traps dropped: 1 not authenticated, 0 from strangers/),
    ])
  })

  it('from an address that is none of the inventory is dropped before it is read', async () => {
    await listen(credentialsOf(USER), '127.0.0.9')
    await send(v3(signed()), 'trap')
    await expect.poll(() => receiver.dropped().strange, { timeout: 5_000 }).toBe(1)
    expect(rung).toEqual([])
  })

  it('too many are dropped after 20 in a second', async () => {
    await listen({ version: 'v2c', community: secret('public') })
    const sender = community('public')
    await Promise.all(Array.from({ length: 100 }, () => new Promise((resolve) => sender.trap(LINK_DOWN, resolve))))
    sender.close()
    await expect.poll(() => receiver.dropped().tooMany, { timeout: 5_000 }).toBeGreaterThan(30)
  })

  it('of version 2c rings where that is spelled out, and with the right community only', async () => {
    await listen({ version: 'v2c', community: secret('public') })
    await send(community('public'), 'trap')
    await expect.poll(() => rung, { timeout: 5_000 }).toEqual(['box'])
    await send(community('nope'), 'trap')
    await expect.poll(() => receiver.dropped().unauthenticated, { timeout: 5_000 }).toBe(1)
  })
})

describe('a receiver', () => {
  it('that cannot listen says so, and nobody fails for it', async () => {
    const squatter = createSocket('udp4')
    squatter.bind(port, '127.0.0.1')
    await once(squatter, 'listening')
    await listen()
    expect(await receiver.isListening()).toBe(false)
    expect(warned).toHaveLength(1)
    squatter.close()
  })

  it('outlives whatever arrives', async () => {
    await listen()
    const socket = createSocket('udp4')
    for (const bytes of ['', '\x30', '\x30\x03\x02\x01\x03', 'x'.repeat(2_000)]) socket.send(bytes, port, '127.0.0.1')
    await expect.poll(() => receiver.dropped().unauthenticated, { timeout: 5_000 }).toBe(4)
    socket.close()
    await send(v3(signed()), 'trap')
    await expect.poll(() => rung, { timeout: 5_000 }).toEqual(['box'])
  })
})
