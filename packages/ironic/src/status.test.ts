import type { AmphoraState } from '@amphora/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { sighting, wireAllocation } from '../test/wire.ts'
import { readAllocation, readNode } from './read-wire.ts'
import { seenAs, seenOn, type Sighting } from './sighting.ts'
import { isDeployed, statusOf, withoutQueries } from './status.ts'

const state = (seen: Sighting): AmphoraState => statusOf(seen).state

/** Every state that Ironic has (openstack/ironic, ironic/common/states.py). */
const states: readonly (readonly [string, AmphoraState])[] = [
  ['available', 'building'],
  ['manageable', 'building'],
  ['deploying', 'building'],
  ['wait call-back', 'building'],
  ['deploy complete', 'building'],
  ['rebuild', 'building'],
  ['adopting', 'building'],
  ['active', 'active'],
  ['deploy failed', 'error'],
  ['error', 'error'],
  ['clean failed', 'error'],
  ['adopt failed', 'error'],
  ['rescue failed', 'error'],
  ['unrescue failed', 'error'],
  ['rescue', 'stopped'],
  ['rescuing', 'stopped'],
  ['rescue wait', 'stopped'],
  ['unrescuing', 'stopped'],
  ['deleting', 'deleting'],
  ['enroll', 'unknown'],
  ['verifying', 'unknown'],
  ['inspecting', 'unknown'],
  ['inspect wait', 'unknown'],
  ['inspect failed', 'unknown'],
  ['cleaning', 'unknown'],
  ['clean wait', 'unknown'],
]

describe('the state of a node', () => {
  it.each(states)('that is %s is %s', (provisionState, expected) => {
    expect(state(sighting({ provisionState }))).toBe(expected)
  })

  it('in a word that nobody has mapped is unknown, whatever the power says', () => {
    for (const powerState of ['power on', 'power off', undefined]) {
      expect(state(sighting({ provisionState: 'quantum', powerState }))).toBe('unknown')
    }
    expect(state(sighting({ provisionState: undefined }))).toBe('unknown')
  })

  it('tells one failure from another, with the last error as the fault', () => {
    const lastError = 'Deploy step deploy.deploy failed:\n  no answer.'
    expect(statusOf(sighting({ provisionState: 'deploy failed', powerState: 'power off', lastError }))).toEqual({
      state: 'error',
      raw: 'deploy failed/power off',
      reason: 'ironic/deploy-failed',
      fault: 'Deploy step deploy.deploy failed: no answer.',
    })
    const reasons = ['deploy failed', 'error', 'clean failed', 'adopt failed', 'rescue failed', 'unrescue failed'].map(
      (provisionState) => statusOf(sighting({ provisionState })).reason,
    )
    expect(new Set(reasons).size).toBe(6)
  })

  it('in a good state does not repeat the error of an earlier one', () => {
    expect(statusOf(sighting({ lastError: 'an old one' }))).toEqual({ state: 'active', raw: 'active/power on' })
  })

  it('without its power is unknown, and so is one whose controller does not answer', () => {
    expect(state(sighting({ powerState: undefined }))).toBe('unknown')
    expect(state(sighting({ powerState: 'power error' }))).toBe('unknown')
    const lost = { fault: 'power failure', maintenance: true, powerState: undefined, lastError: 'no answer' }
    expect(statusOf(sighting(lost))).toMatchObject({
      state: 'unknown',
      reason: 'ironic/power-failure',
      fault: 'no answer',
    })
  })

  it('is not changed by maintenance', () => {
    expect(state(sighting({ maintenance: true }))).toBe('active')
  })
})

describe('a node that is off', () => {
  const off = { powerState: 'power off' } as const

  it('is stopped where somebody else has switched it off, and suspended under our mark', () => {
    expect(state(sighting(off))).toBe('stopped')
    expect(state(sighting(off, { suspended: true }))).toBe('suspended')
    expect(state(sighting(off, { resumed: true }))).toBe('suspended')
  })

  it('is resuming while a power on is under way', () => {
    const under = { ...off, targetPowerState: 'power on', reservation: 'ironic' }
    expect(state(sighting(under, { resumed: true }))).toBe('resuming')
    expect(state(sighting(under, { suspended: true }))).toBe('resuming')
    expect(state(sighting(under))).toBe('stopped')
  })

  it('has failed to resume where Ironic says so, once nobody is at work on it', () => {
    const lastError = "Failed to change power state to 'power on'"
    expect(statusOf(sighting({ ...off, lastError }, { resumed: true }))).toMatchObject({
      state: 'error',
      reason: 'ironic/power-failed',
      fault: lastError,
    })
    expect(state(sighting({ ...off, lastError, reservation: 'ironic' }, { resumed: true }))).toBe('suspended')
    expect(state(sighting({ ...off, lastError }, { suspended: true }))).toBe('suspended')
    expect(state(sighting({ ...off, lastError }))).toBe('stopped')
  })
})

describe('a node that is on', () => {
  it('is suspending while a power off of ours is under way, and active while one of somebody else is', () => {
    const under = { targetPowerState: 'power off', reservation: 'ironic' }
    expect(state(sighting(under, { suspended: true }))).toBe('suspending')
    expect(state(sighting(under))).toBe('active')
  })

  it('under our mark is active again where somebody else has switched it on', () => {
    expect(state(sighting({}, { suspended: true }))).toBe('active')
    expect(state(sighting({}, { resumed: true }))).toBe('active')
  })

  it('has failed to suspend where Ironic says so; an error without a change of ours counts for nothing', () => {
    const lastError = "Failed to change power state to 'power off'"
    expect(statusOf(sighting({ lastError }, { suspended: true }))).toMatchObject({
      state: 'error',
      reason: 'ironic/power-failed',
      fault: lastError,
    })
    expect(state(sighting({ lastError, reservation: 'ironic' }, { suspended: true }))).toBe('active')
    expect(state(sighting({ lastError }))).toBe('active')
    expect(state(sighting({ lastError }, { resumed: true }))).toBe('active')
  })
})

describe('a reservation without a node', () => {
  it('is being built, has failed, or is what a tear-down leaves for a moment', () => {
    const seen = (word: string | undefined, lastError?: string): Sighting =>
      seenAs(wireAllocation({ state: word, lastError, nodeUuid: undefined }))
    expect(statusOf(seen('allocating'))).toEqual({ state: 'building', raw: 'allocating' })
    expect(statusOf(seen('active'))).toEqual({ state: 'deleting', raw: 'active' })
    expect(statusOf(seen('quantum'))).toEqual({ state: 'unknown', raw: 'quantum' })
    expect(statusOf(seen(undefined))).toEqual({ state: 'unknown', raw: 'no state' })
    expect(statusOf(seen('error', 'Failed to process allocation 1: no node.'))).toEqual({
      state: 'error',
      raw: 'error',
      reason: 'ironic/no-node',
      fault: 'no node.',
    })
  })
})

describe('what Ironic 21.4.4 says', () => {
  it.each([
    ['node-get-available', 'building'],
    ['node-get-allocated', 'building'],
    ['node-get-deploying', 'building'],
    ['node-get-active', 'active'],
    ['node-get-active-off', 'stopped'],
    ['node-get-deploy-failed', 'error'],
    ['node-get-deleting', 'deleting'],
    ['node-get-error', 'error'],
    ['node-get-manage-failed', 'unknown'],
  ] as const)('%s is %s', (name, expected) => {
    const node = readNode(fixture(name))
    if (node === undefined) throw new Error('no node')
    expect(state(seenOn(node, node.instanceUuid ?? ''))).toBe(expected)
  })

  it.each([
    ['allocation-create-201', 'building'],
    ['allocation-get-error-class', 'error'],
    ['allocation-get-error-taken', 'error'],
    ['allocation-get-error-trait', 'error'],
  ] as const)('%s is %s', (name, expected) => {
    const allocation = readAllocation(fixture(name))
    if (allocation === undefined) throw new Error('no allocation')
    expect(state(seenAs(allocation))).toBe(expected)
  })

  it('of a fault is read as one', () => {
    expect(readNode(fixture('node-get-power-fault'))).toMatchObject({
      fault: 'power failure',
      maintenance: true,
      powerState: undefined,
    })
  })
})

describe('a status', () => {
  it('is total, on one line and short, whatever a node says', () => {
    const word = fc.option(fc.string({ maxLength: 400 }), { nil: undefined })
    const node = fc.record({
      provisionState: fc.oneof(word, fc.constantFrom(...states.map(([one]) => one))),
      powerState: word,
      targetPowerState: word,
      lastError: word,
      fault: word,
      reservation: word,
    })
    fc.assert(
      fc.property(node, fc.boolean(), fc.boolean(), (changes, suspended, resumed) => {
        const { raw, fault = '', state: told } = statusOf(sighting(changes, { suspended, resumed }))
        expect(raw.length).toBeGreaterThan(0)
        expect(`${raw}${fault}`).not.toMatch(/[\n\r\t]/)
        expect(Math.max(raw.length, fault.length)).toBeLessThanOrEqual(200)
        const isOn = changes.provisionState === 'active' && changes.powerState === 'power on'
        expect(told !== 'active' || isOn).toBe(true)
      }),
    )
  })

  it('shows no signature of an address', () => {
    const text = 'got 403 from https://user:pw@images.example/a.raw?temp_url_sig=deadbeef&x=1, and gave up'
    expect(withoutQueries(text)).toBe('got 403 from https://images.example/a.raw and gave up')
    const lastError = 'Image https://images.example/a?sig=s3cr3t failed'
    expect(statusOf(sighting({ provisionState: 'deploy failed', lastError })).fault).toBe(
      'Image https://images.example/a failed',
    )
  })
})

it('knows which states come after the request for a deployment', () => {
  const deployed = states.filter(([word]) => isDeployed(word)).map(([word]) => word)
  expect(deployed).toEqual([
    'deploying',
    'wait call-back',
    'deploy complete',
    'rebuild',
    'adopting',
    'active',
    'deploy failed',
    'error',
    'adopt failed',
    'rescue failed',
    'unrescue failed',
    'rescue',
    'rescuing',
    'rescue wait',
    'unrescuing',
    'deleting',
  ])
  expect(isDeployed('quantum')).toBe(true)
})
