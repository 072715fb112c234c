import { describe, expect, it } from 'vitest'
import { guestOf, isSameOrder, statusOf } from './decode.ts'
import { incarnationOf } from './encode.ts'

const HASH = 'aGFzaCBvZiBhIHVuaXQga2V5/that+is+no+path=='
const CONFIG = {
  name: 'a-web',
  type: 'BIG-IP',
  image: 'BIGIP-17.1.0.ALL-F5OS.qcow2.zip.bundle',
  nodes: [1],
  'mgmt-ip': '10.10.10.26',
  'prefix-length': 24,
  gateway: '10.10.10.1',
  vlans: [102, 101],
  cryptos: 'enabled',
  'vcpu-cores-per-node': 4,
  memory: '14848',
  storage: { size: 82 },
  'running-state': 'deployed',
  'appliance-mode': { enabled: false },
}
const instance = (phase: string): object => ({
  node: 1,
  'pod-name': 'a-web-1',
  'instance-id': 1,
  phase,
  'creation-time': '2025-01-14T17:17:57Z',
  'ready-time': '',
})
const tenant = (state: object): object => ({
  name: 'a-web',
  config: CONFIG,
  state: { ...CONFIG, 'unit-key-hash': HASH, ...state },
})

/** The shape of `GET /f5-tenants:tenants/tenant=NAME` (f5-ansible-f5os, load_f5os_tenants_info; confidence: recorded). */
describe('a tenant', () => {
  it('is told whole', () => {
    expect(guestOf(tenant({ status: 'Running', instances: { instance: [instance('Running')] } }))).toEqual({
      key: 'a-web',
      name: 'a-web',
      incarnation: incarnationOf(HASH),
      status: { state: 'active', raw: 'deployed/Running' },
      addresses: [{ ip: '10.10.10.26', family: 4 }],
      image: CONFIG.image,
      vlans: [102, 101],
      size: { vcpus: 4, memoryMiB: 14_848, storageGiB: 82 },
      isConfigured: true,
      isNameless: false,
      isShortOfRoom: false,
      takesRoom: true,
    })
  })

  it('that waits for a slot is in error, and says why', () => {
    const phase = 'Insufficient slots to deploy tenant'
    const guest = guestOf(tenant({ status: 'Pending', instances: { instance: [instance(phase)] } }))
    expect(guest?.isShortOfRoom).toBe(true)
    expect(guest?.status).toEqual({
      state: 'error',
      raw: `deployed/Pending/${phase}`,
      fault: 'the box has no slot free for it',
      reason: 'f5os/no-slots',
    })
  })

  /** F5OS 2.0 tells no instances (terraform-provider-f5os, tenant_get_status_pending_2_0_0; confidence: recorded). */
  it('of F5OS 2.0 is told without its instances', () => {
    expect(guestOf(tenant({ status: 'Pending' }))?.status).toEqual({ state: 'building', raw: 'deployed/Pending' })
    expect(guestOf(tenant({ status: 'Running' }))?.status.state).toBe('active')
  })

  it('whose state is all that is left is being deleted, and is the same one', () => {
    const state = { ...CONFIG, 'unit-key-hash': HASH, status: 'Running' }
    const guest = guestOf({ name: 'a-web', state })
    expect(guest).toMatchObject({ incarnation: incarnationOf(HASH), isConfigured: false, isNameless: false })
    expect(guest?.status).toEqual({ state: 'deleting', raw: 'deleted/deployed/Running' })
  })

  it('that has no unit key yet is nameless, but for other kinds, which never have one', () => {
    expect(guestOf({ name: 'a-web', config: CONFIG })?.isNameless).toBe(true)
    expect(guestOf({ name: 'next', config: { ...CONFIG, type: 'BIG-IP-Next' }, state: {} })?.isNameless).toBe(false)
  })

  it.each([[undefined], [null], ['text'], [[]], [{}], [{ name: 'a' }], [{ name: 7, config: {} }]])(
    'is none where it is %j',
    (value) => {
      expect(guestOf(value)).toBeUndefined()
    },
  )
})

describe('the state of a tenant', () => {
  it.each([
    ['deployed', 'Running', ['Running', 'Running'], 'active'],
    ['deployed', 'Running', ['Running', 'Allocating resources to tenant'], 'building'],
    ['deployed', 'Starting', [], 'building'],
    ['deployed', 'Provisioned', [], 'building'],
    ['deployed', 'Configured', [], 'building'],
    ['deployed', undefined, [], 'building'],
    ['deployed', 'Pending', ['Allocating resources to tenant'], 'building'],
    ['deployed', 'Pending', ['Running', 'Insufficient memory'], 'error'],
    ['deployed', 'Sulking', [], 'unknown'],
    ['provisioned', 'Provisioned', [], 'suspended'],
    ['provisioned', 'Configured', [], 'suspended'],
    ['provisioned', 'Running', [], 'suspending'],
    ['provisioned', 'Sulking', [], 'unknown'],
    ['configured', 'Configured', [], 'suspended'],
    ['configured', undefined, [], 'suspended'],
    ['configured', 'Provisioned', [], 'suspending'],
    ['configured', 'Sulking', [], 'unknown'],
    ['mothballed', 'Running', [], 'unknown'],
    [undefined, undefined, [], 'unknown'],
  ])('%s and %s, with the phases %j, is %s', (wanted, is, phases, state) => {
    expect(statusOf(wanted, is, phases).state).toBe(state)
  })
})

describe('a tenant of an order', () => {
  const order = { name: 'a-web', mark: '', nonce: '', size: {}, image: CONFIG.image, vlans: [101, 102] }
  const guest = guestOf(tenant({ status: 'Running' }))
  if (guest === undefined) throw new Error('a tenant is owed')

  it('is as the order says, and what that leaves open does not count', () => {
    expect(isSameOrder(guest, order)).toBe(true)
    expect(isSameOrder(guest, { ...order, size: { vcpus: 4, memoryMiB: 14_848, storageGiB: 82 } })).toBe(true)
  })

  it.each([
    [{ size: { vcpus: 2 } }],
    [{ size: { memoryMiB: 14_849 } }],
    [{ size: { storageGiB: 83 } }],
    [{ image: 'another' }],
    [{ vlans: [101] }],
  ])('is another one where the order has %j', (other) => {
    expect(isSameOrder(guest, { ...order, ...other })).toBe(false)
  })

  it('is another one once it is being deleted', () => {
    expect(isSameOrder({ ...guest, isConfigured: false }, order)).toBe(false)
  })
})
