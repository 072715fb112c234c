import { createCompute, type Compute, type DriverBinding } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alteonVx } from '../../src/index.ts'
import { isSameOrder, statusOf, vlansOf, type AlteonGuest } from '../../src/profiles/alteon-vx/decode.ts'
import { incarnationOf, nameOf, nativeName, rowOf } from '../../src/profiles/alteon-vx/encode.ts'
import type { AgentQuestion, Reaction } from '../snmp/agent.ts'
import { createFakeAlteon, type FakeAlteon } from './fake-alteon.ts'
import { optionsFor, USER } from './setting.ts'

const AGENT = '1.3.6.1.4.1.1872.2.5.1.1.1'
const APPLY = `${AGENT}.2.0`
const SAVE = `${AGENT}.4.0`
const REVERT = { oid: `${AGENT}.5.0`, value: 2 }
const CURRENT_NAME = '1.3.6.1.4.1.1872.2.6.1.1.1.3.1.3'

const DISABLED = 3

let fake: FakeAlteon
const opened: Compute<{ readonly box: DriverBinding }>[] = []

beforeEach(async () => {
  fake = await createFakeAlteon({ users: [USER] })
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((compute) => compute.close()))
  await fake.close()
})

async function controller(): Promise<Compute<{ readonly box: DriverBinding }>> {
  const compute = await createCompute({ drivers: { box: alteonVx(optionsFor(fake.agent.port)) } })
  opened.push(compute)
  return compute
}

const request = (name: string): object => ({
  name,
  type: 'HWLoadBalancer',
  flavor: 'small',
  networkIds: ['front', 'back'],
})

/** The nth question of the kind is met so; all others are answered. */
function meet(isIt: (question: AgentQuestion) => boolean, how: (nth: number) => Reaction | undefined): void {
  let nth = 0
  fake.agent.intercept = (question) => {
    if (!isIt(question)) return undefined
    nth += 1
    return how(nth)
  }
}

const sets =
  (oid: string) =>
  (question: AgentQuestion): boolean =>
    question.kind === 'set' && question.oids.includes(oid)

describe('a state', () => {
  const ENABLED = 2
  it.each([
    [ENABLED, 0, 'unknown', 'enabled/disabled'],
    [ENABLED, 1, 'building', 'enabled/init'],
    [ENABLED, 2, 'active', 'enabled/running'],
    [ENABLED, 3, 'error', 'enabled/down'],
    [ENABLED, 4, 'unknown', 'enabled/stopping'],
    [ENABLED, 5, 'building', 'enabled/restarting'],
    [ENABLED, 6, 'building', 'enabled/querying'],
    [ENABLED, 7, 'unknown', 'enabled/status 7'],
    [ENABLED, undefined, 'unknown', 'enabled/untold'],
    [DISABLED, 0, 'suspended', 'disabled/disabled'],
    [DISABLED, 1, 'suspending', 'disabled/init'],
    [DISABLED, 2, 'suspending', 'disabled/running'],
    [DISABLED, 3, 'suspending', 'disabled/down'],
    [DISABLED, 4, 'suspending', 'disabled/stopping'],
    [DISABLED, 9, 'unknown', 'disabled/status 9'],
    [DISABLED, undefined, 'unknown', 'disabled/untold'],
    [1, 2, 'unknown', 'unknown/running'],
    [undefined, 2, 'unknown', 'unknown/running'],
  ])('%s and status %s is %s', (state, info, is, raw) => {
    expect(statusOf(state, info)).toMatchObject({ state: is, raw })
  })
})

describe('a name', () => {
  it('has five letters of ours at its end, and 31 with the longest owner and a name that core makes', () => {
    const native = nativeName({ name: `${'o'.repeat(12)}-${'n'.repeat(12)}`, nonce: '12abcdef' })
    expect(native).toBe(`${'o'.repeat(12)}-${'n'.repeat(12)}.bcdef`)
    expect(native).toHaveLength(31)
    expect(nameOf(native)).toBe(`${'o'.repeat(12)}-${'n'.repeat(12)}`)
  })

  it.each(['web', 'web.abcd', 'web.ABCDE', 'web.abcdef'])('that others have given stays what it is: %s', (native) => {
    expect(nameOf(native)).toBe(native)
  })

  it('of another vADC is another incarnation', () => {
    expect(incarnationOf('ops-web.aaaaa')).not.toBe(incarnationOf('ops-web.aaaab'))
    expect(incarnationOf('ops-web.aaaaa')).toMatch(/^[0-9a-f]{12}$/)
  })
})

it('a row is written in one datagram, but for the VLANs after the first', () => {
  const order = {
    name: 'ops-web',
    nonce: '12abcdef',
    mark: '',
    size: { units: 2, throughputMbps: 100 },
    image: '32.6',
    vlans: [101, 102],
  }
  const [row = [], ...more] = rowOf(order, 7)
  const at = (column: number): string => `1.3.6.1.4.1.1872.2.6.1.1.1.4.1.${column}.7`
  expect(row.map(({ oid }) => oid)).toEqual([at(5), at(6), at(7), at(17), at(3), at(8)])
  expect(more).toEqual([[{ oid: at(3), integer: 102 }]])
})

it('bit n of a VLAN map, the highest of each byte first, is VLAN n', () => {
  expect(vlansOf(Uint8Array.of(0b0100_0000, 0b0000_0001))).toEqual([1, 15])
  expect(vlansOf(undefined)).toEqual([])
})

it('an order is the same where all that it says is so', () => {
  const guest = { units: 2, limit: 100, vlans: [101, 102], image: '32.6' } as unknown as AlteonGuest
  const order = { name: '', mark: '', nonce: '', size: { units: 2 }, image: undefined, vlans: [102, 101] }
  expect(isSameOrder(guest, order)).toBe(true)
  expect(isSameOrder(guest, { ...order, image: '32.4' })).toBe(false)
  expect(isSameOrder(guest, { ...order, vlans: [101] })).toBe(false)
  expect(isSameOrder(guest, { ...order, size: { units: 3 } })).toBe(false)
  expect(isSameOrder(guest, { ...order, size: { throughputMbps: 99 } })).toBe(false)
})

describe('a build', () => {
  it('is applied and saved: it is there when the box has been started again', async () => {
    const compute = await controller()
    const id = await compute.build(request('web'))
    expect(fake.box.isSaved).toBe(true)
    fake.box.reboot()
    expect((await compute.waitFor(id, 'active')).addresses).toEqual([
      { ip: expect.stringMatching(/^192\.0\.2\./), family: 4 },
    ])
    const [[, vadc] = []] = fake.box.vadcs()
    expect(vadc).toMatchObject({ units: 1, state: 2, vlans: [101, 102] })
  })

  it('that could not be saved is in doubt, and is saved when it is repeated', async () => {
    const compute = await controller()
    meet(sets(SAVE), () => ({ kind: 'status', status: 5 }))
    const error = await compute.build(request('web')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ outcome: 'in-doubt' })
    expect(fake.box.isSaved).toBe(false)
    fake.agent.intercept = undefined
    await compute.build(request('web'))
    expect([fake.box.isSaved, fake.box.vadcs().length]).toEqual([true, 1])
  })

  it("that the box has no room for leaves nothing behind, and the box's words in the cause alone", async () => {
    const compute = await controller()
    fake.box.refusal = 'Error: not enough capacity units for the configured vADCs'
    const error = await compute.build(request('web')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'resource-exhausted', outcome: 'not-created', reason: 'alteon-vx/no-room' })
    expect((error as Error).message).not.toContain('capacity units')
    expect((error as Error).cause).toMatchObject({ message: expect.stringContaining('not enough capacity units') })
    expect([fake.box.vadcs().length, fake.box.pending().length]).toEqual([0, 0])
  }, 20_000)

  it('that the box refuses for another reason is a conflict, and leaves nothing behind', async () => {
    const compute = await controller()
    fake.box.refusal = 'Error: VLAN 101 is not shared'
    const error = await compute.build(request('web')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'conflict', outcome: 'not-created', reason: 'alteon-vx/not-applied' })
    expect([fake.box.vadcs().length, fake.box.pending().length]).toEqual([0, 0])
  }, 20_000)

  it('whose apply is not answered is the one instance when it is repeated', async () => {
    const compute = await controller()
    meet(sets(APPLY), (nth) => (nth === 1 ? { kind: 'silence', act: true } : undefined))
    const id = await compute.build(request('web'))
    expect(await compute.build(request('web'))).toBe(id)
    expect(fake.box.vadcs()).toHaveLength(1)
  }, 20_000)

  it('drops what an interrupted one has left before it applies its own', async () => {
    fake.box.set([
      { oid: '1.3.6.1.4.1.1872.2.6.1.1.1.4.1.5.9', value: Buffer.from('amphora-web.aaaaa') },
      { oid: '1.3.6.1.4.1.1872.2.6.1.1.1.4.1.8.9', value: 2 },
    ])
    expect(fake.box.pending()).toEqual([9])
    const compute = await controller()
    await compute.build(request('web'))
    expect([fake.box.vadcs().length, fake.box.pending().length]).toEqual([1, 0])
  })

  it('holds although another controller has dropped it before it was applied', async () => {
    const compute = await controller()
    meet(sets(APPLY), (nth) => {
      if (nth === 1) fake.box.set([REVERT])
      return undefined
    })
    await compute.build(request('web'))
    expect(fake.box.vadcs()).toHaveLength(1)
  })

  it('never takes the place of a vADC that another controller has made meanwhile', async () => {
    const compute = await controller()
    let isPlanted = false
    fake.agent.intercept = ({ kind, oids }) => {
      const [row] = kind === 'set' ? (/\.4\.1\.5\.(\d+)$/.exec(oids[0] ?? '')?.slice(1) ?? []) : []
      if (row === undefined || isPlanted) return undefined
      isPlanted = true
      fake.box.set([
        { oid: `1.3.6.1.4.1.1872.2.6.1.1.1.4.1.5.${row}`, value: Buffer.from('others-web.aaaaa') },
        { oid: `1.3.6.1.4.1.1872.2.6.1.1.1.4.1.8.${row}`, value: 2 },
      ])
      fake.box.set([{ oid: APPLY, value: 2 }])
      return undefined
    }
    await compute.build(request('web'))
    const names = fake.box.vadcs().map(([, { name }]) => nameOf(name))
    expect(names.sort()).toEqual(['amphora-web', 'others-web'])
  })

  it('on a VLAN that an Alteon does not have is refused before anything is sent', async () => {
    const compute = await controller()
    await expect(compute.build({ ...request('web'), networkIds: ['far'] })).rejects.toThrow('VLAN 4094')
    expect(fake.box.pending()).toEqual([])
  })
})

describe('a change that another controller has dropped', () => {
  it.each(['suspend', 'delete'] as const)('is made again until it holds: %s', async (verb) => {
    const compute = await controller()
    const id = await compute.build(request('web'))
    await compute.waitFor(id, 'active')
    meet(sets(APPLY), (nth) => {
      if (nth <= 2) fake.box.set([REVERT])
      return undefined
    })
    await compute[verb](id)
    const states = fake.box.vadcs().map(([, { state }]) => state)
    expect(states).toEqual(verb === 'delete' ? [] : [DISABLED])
  })
})

it('a delete that could not be saved is saved when it is repeated', async () => {
  const compute = await controller()
  const id = await compute.build(request('web'))
  meet(sets(SAVE), () => ({ kind: 'status', status: 5 }))
  await expect(compute.delete(id)).rejects.toMatchObject({ code: 'internal' })
  expect([fake.box.vadcs().length, fake.box.isSaved]).toEqual([0, false])
  fake.agent.intercept = undefined
  await compute.delete(id)
  expect(fake.box.isSaved).toBe(true)
})

describe('an absence', () => {
  it('that only one of two reads shows is none', async () => {
    const compute = await controller()
    const id = await compute.build(request('web'))
    const isRow = ({ kind, oids }: AgentQuestion): boolean =>
      kind === 'get' && oids.some((oid) => oid.startsWith(`${CURRENT_NAME}.`))
    meet(isRow, (nth) => (nth % 2 === 1 ? { kind: 'missing' } : undefined))
    await expect(compute.getAmphora({ id }, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|deadline-exceeded/),
    })
    const isTable = ({ kind, oids }: AgentQuestion): boolean =>
      kind === 'getBulk' && oids.some((oid) => oid.startsWith(CURRENT_NAME))
    meet(isTable, (nth) => (nth % 2 === 1 ? { kind: 'missing' } : undefined))
    await expect(compute.getAmphora({ name: 'web' }, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|deadline-exceeded/),
    })
  })

  it('is not believed of a box that was started again between the reads', async () => {
    const compute = await controller()
    const id = await compute.build(request('web'))
    const isRow = ({ kind, oids }: AgentQuestion): boolean =>
      kind === 'get' && oids.some((oid) => oid.startsWith(`${CURRENT_NAME}.`))
    let asked = 0
    meet(isRow, (nth) => {
      asked = nth
      if (nth === 2) fake.box.reboot()
      return undefined
    })
    await compute.getAmphora({ id })
    expect(asked).toBe(4)
  })
})

it('two controllers that build and delete at the same time lose none of their vADCs, and make none twice', async () => {
  const [one, other] = [await controller(), await controller()]
  const names = Array.from({ length: 8 }, (_, at) => `lb-${at}`)
  const ids = await Promise.all(names.map((name, at) => (at % 2 === 0 ? one : other).build(request(name))))
  expect(new Set(ids).size).toBe(8)
  expect(
    fake.box
      .vadcs()
      .map(([, { name }]) => nameOf(name))
      .sort(),
  ).toEqual(names.map((name) => `amphora-${name}`))
  await Promise.all(ids.map((id, at) => (at % 2 === 0 ? other : one).delete(id)))
  expect([fake.box.vadcs().length, fake.box.pending().length, fake.box.isSaved]).toEqual([0, 0, true])
}, 30_000)
