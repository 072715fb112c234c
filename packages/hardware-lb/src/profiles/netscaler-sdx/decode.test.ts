import { describe, expect, it } from 'vitest'
import { createdKeyIn, guestOf, guestsIn, sessionIn, statusOf, versionIn } from './decode.ts'

/** The fields of terraform-provider-netscalersdx, all of them texts (vendor-code); no recorded answer was found. */
const instance = {
  id: '6fb8d1b0-1f9e-4c8e-9f00-6a8f0a5d1c11',
  name: 'lb-one',
  description: 'amphora:ops:0123456789abcdef:nonce123',
  ip_address: '10.0.0.10',
  image_name: 'NSVPX-XEN-13.1-48.47_nc_64.xva',
  vm_memory_total: '2048',
  vm_state: 'Running',
  instance_state: 'Up',
}
const done = { errorcode: 0, message: 'Done', severity: 'NONE' }

describe('the state of an instance', () => {
  it.each([
    ['Running', 'Up', 'active'],
    ['Running', 'Out of Service', 'building'],
    ['Running', undefined, 'building'],
    ['Running', 'Down', 'error'],
    ['Running', 'Provisioning Failed', 'error'],
    ['Halted', 'Failed', 'error'],
    ['Halted', 'Down', 'suspended'],
    ['Halted', 'Out of Service', 'suspended'],
    ['Halted', undefined, 'suspended'],
    ['Running', 'up', 'unknown'],
    ['Running', 'Failover', 'unknown'],
    ['Paused', 'Up', 'unknown'],
    [undefined, undefined, 'unknown'],
  ])('%s and %s are %s', (vm, state, expected) => {
    const status = statusOf(vm, state)
    expect(status.state).toBe(expected)
    expect(status.raw).toBe(`${vm ?? 'untold'}/${state ?? 'untold'}`)
  })

  it('says why it has failed', () => {
    expect(statusOf('Running', 'Down')).toMatchObject({ fault: 'it is down', reason: 'netscaler-sdx/down' })
    expect(statusOf('Running', 'Provisioning Failed')).toMatchObject({ reason: 'netscaler-sdx/not-provisioned' })
  })
})

describe('an instance', () => {
  it('has the id of the SDX as its key, and its description as its mark', () => {
    expect(guestOf(instance)).toEqual({
      key: instance.id,
      name: 'lb-one',
      mark: instance.description,
      status: { state: 'active', raw: 'Running/Up' },
      addresses: [{ ip: '10.0.0.10', family: 4 }],
      address: '10.0.0.10',
      image: instance.image_name,
    })
  })

  it('may lose its image, and need not have an address yet', () => {
    const guest = guestOf({ ...instance, image_name: '', ip_address: '' })
    expect(guest?.image).toBeUndefined()
    expect(guest?.addresses).toEqual([])
  })

  it.each([
    undefined,
    {},
    { name: 'lb-one' },
    { id: 'a/b', name: 'x' },
    { id: '..', name: 'x' },
    { id: 'a:b', name: 'x' },
  ])('is none where it cannot be told which: %j', (value) => {
    expect(guestOf(value)).toBeUndefined()
  })
})

describe('an answer', () => {
  it('tells all of them, or none where one cannot be read', () => {
    expect(guestsIn({ ...done, ns: [instance] })).toHaveLength(1)
    expect(guestsIn({ ...done, ns: [] })).toEqual([])
    expect(guestsIn({ ...done, ns: [instance, {}] })).toBeUndefined()
    expect(guestsIn(done)).toBeUndefined()
  })

  it('tells the id of what has been made, where it is one', () => {
    expect(createdKeyIn({ ...done, ns: [{ id: instance.id }] })).toBe(instance.id)
    for (const ns of [undefined, [], [{}], [{ id: '' }], [instance, instance]]) {
      expect(createdKeyIn({ ...done, ns })).toBeUndefined()
    }
  })

  it('tells a session that can stand in a cookie', () => {
    const answer = (sessionid: unknown): unknown => ({ ...done, login: [{ sessionid }] })
    expect(sessionIn(answer('##87305E9C51B06C848F0942'))).toBe('##87305E9C51B06C848F0942')
    for (const bad of ['', 'a;b', 'a b', 'a\r\nx: y', 'a,b', 7, undefined])
      expect(sessionIn(answer(bad))).toBeUndefined()
  })

  it('tells the version of the management service', () => {
    expect(versionIn({ ...done, mps: [{ build_number: '13.1-48.47' }] })).toBe('13.1-48.47')
    expect(versionIn({ ...done, mps: [{}] })).toBeUndefined()
  })
})
