import { describe, expect, it } from 'vitest'
import { guestOf, statsOf, statusOf } from './decode.ts'

const MARK = 'amphora:tests:0123456789abcdef:k3j2h1g0'
/** The shape of `GET /mgmt/tm/vcmp/guest/NAME` (F5Networks/f5-common-python #666; confidence: recorded, but for `description`). */
const CONFIG = {
  kind: 'tm:vcmp:guest:gueststate',
  name: 'web',
  fullPath: 'web',
  generation: 373,
  selfLink: 'https://localhost/mgmt/tm/vcmp/guest/web?ver=12.0.0',
  allowedSlots: [1, 2],
  assignedSlots: [1],
  coresPerSlot: 2,
  description: MARK,
  hostname: 'localhost.localdomain',
  initialImage: 'BIGIP-12.0.0.iso',
  managementGw: '10.190.0.1',
  managementIp: '10.190.5.187/21',
  managementNetwork: 'bridged',
  minSlots: 1,
  slots: 1,
  sslMode: 'shared',
  state: 'deployed',
  virtualDisk: 'web.img',
}
/** The shape of `/stats` (of 12.1.1, pastebin.com/qZw5p8xB; confidence: recorded). */
const figures = (name: string, status: string, complete?: string): object => ({
  comment: { description: ' ' },
  vmStatus: { description: status },
  tmName: { description: name },
  requestedState: { description: 'deployed' },
  retries: { value: 0 },
  ...(complete === undefined ? {} : { requestComplete: { description: complete } }),
})
const link = (name: string): string => `https://localhost/mgmt/tm/vcmp/guest/${name}/stats`

describe('a guest', () => {
  const running = [{ name: 'web', status: 'running', isComplete: true }]

  it('is told whole', () => {
    expect(guestOf(CONFIG, [...running, { name: 'other', status: 'failed', isComplete: true }], 'description')).toEqual(
      {
        key: 'web',
        name: 'web',
        mark: MARK,
        status: { state: 'active', raw: 'deployed/running' },
        addresses: [{ ip: '10.190.5.187', family: 4 }],
        image: 'BIGIP-12.0.0.iso',
        virtualDisk: 'web.img',
        isUnsure: false,
      },
    )
  })

  it('may have its mark in its host name', () => {
    const config = { ...CONFIG, hostname: MARK.replaceAll(':', '.') }
    expect(guestOf(config, [], 'hostname')?.mark).toBe(MARK)
    expect(guestOf(CONFIG, [], 'hostname')?.mark).toBe('localhost.localdomain')
  })

  it('without a mark or an address has none, and is somebody', () => {
    const { description: _, ...config } = { ...CONFIG, managementIp: 'none' }
    const guest = guestOf(config, [], 'description')
    expect(guest?.addresses).toEqual([])
    expect(guest).not.toHaveProperty('mark')
  })

  it('that runs without a word of its being done is not sure to run', () => {
    expect(guestOf(CONFIG, [{ name: 'web', status: 'running', isComplete: undefined }], 'description')?.isUnsure).toBe(
      true,
    )
    expect(guestOf(CONFIG, [{ name: 'web', status: 'starting', isComplete: undefined }], 'description')?.isUnsure).toBe(
      false,
    )
  })

  it('in a folder is addressed with tildes', () => {
    expect(guestOf({ ...CONFIG, name: '/Common/web' }, [], 'description')?.key).toBe('~Common~web')
  })

  it.each([[undefined], [null], ['text'], [[]], [{}], [{ name: 'web' }], [{ name: 7, state: 'deployed' }]])(
    'is none where it is %j',
    (value) => {
      expect(guestOf(value, [], 'description')).toBeUndefined()
    },
  )
})

describe('the state of a guest', () => {
  it.each([
    ['deployed', ['running'], 'active'],
    ['deployed', ['running', 'running'], 'active'],
    ['deployed', ['running', 'starting'], 'building'],
    ['deployed', [], 'building'],
    ['deployed', ['created'], 'building'],
    ['deployed', ['stopped'], 'building'],
    ['deployed', ['installing-vdisk'], 'building'],
    ['deployed', ['acquiring-vdisk'], 'building'],
    ['deployed', ['migrating-vdisk'], 'building'],
    ['deployed', ['waiting-for-anything'], 'building'],
    ['deployed', ['stopping'], 'suspending'],
    ['deployed', ['running', 'failed'], 'error'],
    ['deployed', ['inactive'], 'unknown'],
    ['deployed', ['running', 'sulking'], 'unknown'],
    ['provisioned', ['stopped'], 'suspended'],
    ['provisioned', ['stopped', 'stopping'], 'suspending'],
    ['provisioned', ['running'], 'suspending'],
    ['provisioned', ['waiting-for-anything'], 'suspending'],
    ['provisioned', [], 'suspending'],
    ['provisioned', ['failed'], 'error'],
    ['configured', [], 'suspended'],
    ['configured', ['stopped'], 'suspending'],
    ['configured', ['sulking'], 'unknown'],
    ['mothballed', ['running'], 'unknown'],
  ])('%s with the words %j is %s', (wanted, words, state) => {
    expect(
      statusOf(
        wanted,
        words.map((status) => ({ status, isComplete: true })),
      ).state,
    ).toBe(state)
  })

  it('is building while the host says that it is not done', () => {
    expect(statusOf('deployed', [{ status: 'running', isComplete: false }]).state).toBe('building')
  })

  it('in error says why', () => {
    expect(statusOf('deployed', [{ status: 'failed', isComplete: true }])).toEqual({
      state: 'error',
      raw: 'deployed/failed',
      fault: 'its virtual machine has failed',
      reason: 'bigip-vcmp/failed',
    })
  })
})

describe('figures', () => {
  it('of every guest are found wherever they are nested', () => {
    const entries = {
      [link('web')]: { nestedStats: { entries: figures('web', 'running', 'true') } },
      [link('mail')]: {
        nestedStats: { entries: { deeper: { nestedStats: { entries: figures('mail', 'stopped', 'false') } } } },
      },
      [link('old')]: { nestedStats: { entries: figures('old', 'running') } },
    }
    expect(statsOf({ kind: 'tm:vcmp:guest:guestcollectionstats', entries })).toEqual([
      { name: 'web', status: 'running', isComplete: true },
      { name: 'mail', status: 'stopped', isComplete: false },
      { name: 'old', status: 'running', isComplete: undefined },
    ])
  })

  it('may lie at the top, and may be none', () => {
    expect(statsOf({ entries: figures('web', 'running') })).toHaveLength(1)
    for (const body of [undefined, null, 'text', [], {}, { entries: [] }, { entries: { a: 7 } }]) {
      expect(statsOf(body)).toEqual([])
    }
  })
})
