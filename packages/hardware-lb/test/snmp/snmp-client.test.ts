import { AmphoraComputeError } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verdictOf } from '../../src/errors.ts'
import { SnmpRefusal } from '../../src/snmp/failures.ts'
import type { SnmpClient } from '../../src/snmp/snmp-client.ts'
import { createSnmpAgent, type AgentObject, type AgentSet, type SnmpAgent } from './agent.ts'
import { AUTH_KEY, clientOf, credentialsOf, PRIV_KEY, request, secret, USER } from './client.ts'

const NAME = '1.3.6.1.2.1.1.5.0'
const TABLE = '1.3.6.1.4.1.32473.9.1'

let agent: SnmpAgent
let objects: AgentObject[]
let taken: AgentSet[][]
let refusesWith: number
const opened: SnmpClient[] = []

const client = (...over: Parameters<typeof clientOf> extends [number, ...infer R] ? R : never): SnmpClient => {
  const made = clientOf(agent.port, ...over)
  opened.push(made)
  return made
}

beforeEach(async () => {
  objects = [{ oid: NAME, value: 'a box' }]
  taken = []
  refusesWith = 0
  agent = await createSnmpAgent({
    users: [USER],
    communities: ['public'],
    objects: () => objects,
    set: (values) => {
      if (refusesWith === 0) taken.push([...values])
      return refusesWith
    },
  })
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  await agent.close()
})

const failure = (promise: Promise<unknown>): Promise<AmphoraComputeError> =>
  promise.then(
    () => {
      throw new Error('it resolved')
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(AmphoraComputeError)
      return error as AmphoraComputeError
    },
  )

describe('what is read', () => {
  it('is each value in its own type, and nothing for what is not there', async () => {
    objects = [
      { oid: '1.3.6.1.4.1.32473.1.0', value: -7 },
      { oid: '1.3.6.1.4.1.32473.2.0', value: 'text' },
      { oid: '1.3.6.1.4.1.32473.3.0', value: Uint8Array.of(0, 255) },
      { oid: '1.3.6.1.4.1.32473.4.0', value: { ip: '192.0.2.7' } },
      { oid: '1.3.6.1.4.1.32473.5.0', value: { oid: '1.3.6.1.4.1.32473' } },
    ]
    const oids = [...objects.map(({ oid }) => oid), '1.3.6.1.4.1.32473.6.0']
    const [number, text, bytes, ip, oid, nothing] = await client().get(oids, request())
    expect([number, ip, oid, nothing]).toEqual([-7, '192.0.2.7', '1.3.6.1.4.1.32473', undefined])
    expect(Buffer.from(text as Uint8Array).toString()).toBe('text')
    expect([...(bytes as Uint8Array)]).toEqual([0, 255])
  })

  it('costs one datagram for up to 40 objects, over one session for all', async () => {
    const one = client()
    await one.get([NAME], request())
    const before = agent.datagrams()
    const many = Array.from({ length: 40 }, (_, at) => `1.3.6.1.4.1.32473.1.${at}`)
    await Promise.all([one.get([NAME], request()), one.get(many, request())])
    expect(agent.datagrams() - before).toBe(2)
  })

  it('is read with version 2c where that is spelled out, and then nothing can be changed', async () => {
    const plain = client({ credentials: { version: 'v2c', community: secret('public') } })
    const [name] = await plain.get([NAME], request())
    expect(Buffer.from(name as Uint8Array).toString()).toBe('a box')
    const before = agent.datagrams()
    const error = await failure(plain.set([{ oid: NAME, text: 'other' }], request()))
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'hardware/snmp-read-only' })
    expect(agent.datagrams()).toBe(before)
  })
})

describe('a table', () => {
  const columns = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1)
  const fill = (rows: number, count: number): void => {
    objects = columns(count).flatMap((column) =>
      Array.from({ length: rows }, (_, at) => ({ oid: `${TABLE}.${column}.4.${at}`, value: column * 1_000 + at })),
    )
    objects = [...objects, { oid: `${TABLE}.99.1`, value: 1 }, { oid: '1.3.6.1.4.1.32474.1', value: 1 }]
  }

  it.each([1, 2, 3, 5, 7, 11, 40, 45])(
    'of 250 rows and %i columns takes at most ceil(250 x columns / 40) + 1 datagrams',
    async (count) => {
      fill(250, count)
      const one = client()
      await one.get([NAME], request())
      const before = agent.datagrams()
      const rows = await one.table(TABLE, columns(count), request())
      expect(agent.datagrams() - before).toBeLessThanOrEqual(Math.ceil((250 * count) / 40) + 1)
      expect(rows.size).toBe(250)
      expect(rows.get('4.249')?.get(count)).toBe(count * 1_000 + 249)
    },
  )

  it.each([1, 4, 7, 40])('is whole where the agent cuts its answers after %i values', async (most) => {
    fill(30, 4)
    agent.mostValues = most
    const rows = await client().table(TABLE, columns(4), request())
    expect([...rows.values()].map((row) => row.size)).toEqual(Array.from({ length: 30 }, () => 4))
  })

  it('may have rows that lack a column', async () => {
    fill(5, 3)
    objects = objects.filter(({ oid }) => oid !== `${TABLE}.2.4.3`)
    const rows = await client().table(TABLE, columns(3), request())
    expect(rows.get('4.3')?.has(2)).toBe(false)
    expect(rows.get('4.3')?.get(3)).toBe(3_003)
  })

  it('may be empty', async () => {
    expect(await client().table(TABLE, columns(2), request())).toEqual(new Map())
  })

  it.each(['empty', 'other'] as const)('that cannot be read (%s answers) is an error, not an end', async (kind) => {
    fill(30, 2)
    agent.intercept = ({ kind: asked }) => (asked === 'getBulk' ? { kind } : undefined)
    const error = await failure(client().table(TABLE, columns(2), request()))
    expect(error).toMatchObject({ code: 'internal', reason: 'hardware/snmp-unreadable' })
  })

  it('without end is an error', async () => {
    let at = 0
    const endless = await createSnmpAgent({
      users: [USER],
      objects: () => Array.from({ length: 60 }, () => ({ oid: `${TABLE}.1.${(at += 1)}`, value: at })),
    })
    const one = clientOf(endless.port)
    const error = await failure(one.table(TABLE, [1], { ...request(), signal: AbortSignal.timeout(60_000) }))
    expect(error).toMatchObject({ code: 'internal', reason: 'hardware/snmp-unreadable' })
    await one.close()
    await endless.close()
  }, 60_000)
})

describe('a change', () => {
  it('is one datagram with all its values', async () => {
    const one = client()
    await one.get([NAME], request())
    const before = agent.datagrams()
    await one.set(
      [
        { oid: `${TABLE}.1.1`, integer: 4 },
        { oid: `${TABLE}.2.1`, text: 'web' },
        { oid: `${TABLE}.3.1`, ip: '192.0.2.1' },
      ],
      request(),
    )
    expect(agent.datagrams() - before).toBe(1)
    expect(taken.map((values) => values.map(({ value }) => String(value)))).toEqual([['4', 'web', '192.0.2.1']])
  })

  it.each([
    [6, 'noAccess', 'permission-denied', 'refused'],
    [10, 'wrongValue', 'invalid-argument', 'refused'],
    [11, 'noCreation', 'failed-precondition', 'refused'],
    [12, 'inconsistentValue', 'conflict', 'refused'],
    [13, 'resourceUnavailable', 'resource-exhausted', 'refused'],
    [5, 'genErr', 'internal', 'unsure'],
    [14, 'commitFailed', 'internal', 'unsure'],
    [17, 'notWritable', 'permission-denied', 'refused'],
  ])('that the agent answers with status %i (%s) is %s, %s', async (status, word, code, verdict) => {
    refusesWith = status
    const error = await failure(client().set([{ oid: NAME, text: 'x' }], request()))
    expect(error).toBeInstanceOf(SnmpRefusal)
    expect(error).toMatchObject({ status: word, code, verdict })
  })

  it('whose answer is lost is sent once, and nobody knows', async () => {
    const one = client({ retries: 3 })
    await one.get([NAME], request())
    const before = agent.datagrams()
    agent.intercept = ({ kind }) => (kind === 'set' ? { kind: 'silence', act: true } : undefined)
    const error = await failure(one.set([{ oid: NAME, text: 'x' }], request()))
    expect([error.code, verdictOf(error)]).toEqual(['unavailable', 'unsure'])
    expect(agent.datagrams() - before).toBe(1)
    expect(taken).toHaveLength(1)
  })

  it('is sent once also where it is the first that the agent hears of us', async () => {
    agent.intercept = ({ kind }) => (kind === 'set' ? { kind: 'silence', act: true } : undefined)
    await failure(client({ retries: 3 }).set([{ oid: NAME, text: 'x' }], request()))
    expect(taken).toHaveLength(1)
  })
})

describe('an agent that was started again', () => {
  it('and has forgotten how often is spoken to as before', async () => {
    agent.restart(5)
    const one = client()
    await one.get([NAME], request())
    agent.restart(1)
    const [name] = await one.get([NAME], request())
    expect(Buffer.from(name as Uint8Array).toString()).toBe('a box')
    await one.set([{ oid: NAME, text: 'x' }], request())
    expect(taken).toHaveLength(1)
  })

  it('and knows how often is spoken to as before', async () => {
    agent.restart(1)
    const one = client()
    await one.get([NAME], request())
    agent.restart(2)
    await expect(one.get([NAME], request())).resolves.toHaveLength(1)
  })

  it('is read by all who ask at the same time', async () => {
    agent.restart(5)
    const one = client()
    await one.get([NAME], request())
    agent.restart(1)
    const all = await Promise.all(Array.from({ length: 20 }, () => one.get([NAME], request())))
    expect(all).toHaveLength(20)
  })

  it('again and again is unavailable, and never gone', async () => {
    agent.intercept = () => ({ kind: 'report', stat: 2 })
    const error = await failure(client().get([NAME], request()))
    expect(error).toMatchObject({ code: 'unavailable', reason: 'hardware/snmp-out-of-time' })
  })
})

describe('told apart as far as the protocol lets it be', () => {
  it.each([
    ['a wrong authentication key', { ...USER, authKey: 'wrong-0123456789' }, 'unauthenticated', 'wrong-auth-key'],
    ['an unknown user', { ...USER, name: 'nobody' }, 'unauthenticated', 'unknown-user'],
    ['a wrong privacy key', { ...USER, privKey: 'wrong-0123456789' }, 'unavailable', 'silent'],
  ])('%s', async (_what, user, code, reason) => {
    const error = await failure(client({ credentials: credentialsOf(user) }).get([NAME], request()))
    expect(error).toMatchObject({ code, reason: `hardware/snmp-${reason}` })
  })

  it('a wrong privacy key and a wrong community are silence, and the message names them', async () => {
    const priv = await failure(
      client({ credentials: credentialsOf({ ...USER, privKey: 'wrong-0123456789' }) }).get([NAME], request()),
    )
    expect(priv.message).toBe(
      'The box was asked over SNMP to describe the guest, and did not answer: its address or the privacy key may be wrong',
    )
    const community = { version: 'v2c', community: secret('nope') } as const
    const plain = await failure(client({ credentials: community }).get([NAME], request()))
    expect(plain.message).toContain('its address or the community may be wrong')
  })

  it('a port on which nobody listens, at once', async () => {
    await agent.down()
    const begun = performance.now()
    const error = await failure(client({ timeoutMs: 5_000 }).get([NAME], request()))
    expect(error).toMatchObject({ code: 'unavailable', reason: 'hardware/snmp-unreachable' })
    expect(performance.now() - begun).toBeLessThan(2_500)
  })

  it('an agent that is back is read by the same client', async () => {
    const one = client()
    await one.get([NAME], request())
    const outage = await agent.down()
    expect(await failure(one.get([NAME], request()))).toMatchObject({ code: 'unavailable' })
    await outage[Symbol.asyncDispose]()
    await expect(one.get([NAME], request())).resolves.toHaveLength(1)
  })

  it('a key that was changed is read anew, without a new client', async () => {
    let key = 'wrong-0123456789'
    const auth = { protocol: 'sha256', key: { read: () => Promise.resolve(key) } } as const
    const one = client({ credentials: { ...credentialsOf(USER), auth } as never })
    expect(await failure(one.get([NAME], request()))).toMatchObject({ code: 'unauthenticated' })
    key = AUTH_KEY
    await expect(one.get([NAME], request())).resolves.toHaveLength(1)
  })

  it('a key that is too short for any agent, before anything is sent', async () => {
    const error = await failure(
      client({ credentials: credentialsOf({ ...USER, privKey: 'short' }) }).get([NAME], request()),
    )
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'hardware/short-snmp-key' })
    expect(agent.datagrams()).toBe(0)
  })

  it('no key shows in any failure', async () => {
    const errors = await Promise.all([
      failure(client({ credentials: credentialsOf({ ...USER, name: 'nobody' }) }).get([NAME], request())),
      failure(client({ credentials: credentialsOf({ ...USER, authKey: PRIV_KEY }) }).get([NAME], request())),
    ])
    const { inspect } = await import('node:util')
    for (const error of [...errors, client()]) {
      expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/canary/)
    }
  })
})

describe('who waits', () => {
  it('is let go at once when it aborts', async () => {
    agent.intercept = () => ({ kind: 'silence', act: false })
    const stop = new AbortController()
    const asked = failure(client({ timeoutMs: 5_000 }).get([NAME], { step: 'x', signal: stop.signal }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const at = performance.now()
    stop.abort(new AmphoraComputeError('enough', { code: 'cancelled' }))
    expect((await asked).code).toBe('cancelled')
    expect(performance.now() - at).toBeLessThan(250)
  })

  it('is told when the client closes in the very same turn', async () => {
    const one = client()
    await one.get([NAME], request())
    const asked = failure(one.get([NAME], request()))
    await one.close()
    expect((await asked).code).toBe('cancelled')
    expect((await failure(one.get([NAME], request()))).code).toBe('cancelled')
  })
})
