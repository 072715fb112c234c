import { describe, expect, it } from 'vitest'
import { capabilities } from './capabilities.ts'
import { toAmphora, toStatus } from './decode.ts'
import type { WireServer } from './wire.ts'

// here: an answer that your real backend gave, with secrets and hosts replaced
const SERVER: WireServer = {
  id: '0d1f6b1e',
  name: 'web-1',
  status: 'ACTIVE',
  image: 'haproxy-3',
  flavor: 'small',
  created: '2026-03-01T09:30:00+02:00',
  addresses: ['192.0.2.10', '2001:db8::10'],
  tags: { 'amphora-owner': 'amphora' },
}

describe('a server as an amphora', () => {
  it('shows what the backend told', () => {
    expect(toAmphora(SERVER)).toEqual({
      id: '0d1f6b1e',
      name: 'web-1',
      type: capabilities.types[0],
      status: { state: 'active', raw: 'ACTIVE' },
      addresses: [
        { ip: '192.0.2.10', family: 4 },
        { ip: '2001:db8::10', family: 6 },
      ],
      flavor: 'small',
      imageId: 'haproxy-3',
      createdAt: '2026-03-01T07:30:00.000Z',
    })
  })

  it('leaves out what the backend did not tell, and what nobody can read', () => {
    const { id, name, status, tags } = SERVER
    expect(toAmphora({ id, name, status, tags, created: 'yesterday', addresses: ['nowhere'] })).toEqual({
      id,
      name,
      type: capabilities.types[0],
      status: { state: 'active', raw: 'ACTIVE' },
      addresses: [],
    })
  })

  it('says why it failed only of what has failed', () => {
    const fault = 'no such disk'
    expect(toStatus({ ...SERVER, status: 'ERROR', fault })).toEqual({ state: 'error', raw: 'ERROR', fault })
    expect(toStatus({ ...SERVER, fault })).toEqual({ state: 'active', raw: 'ACTIVE' })
  })

  it.each(['active', 'HAUNTED', '__proto__', 'constructor'])(
    'takes %s, which nobody has mapped, for unknown',
    (status) => {
      expect(toStatus({ ...SERVER, status })).toEqual({ state: 'unknown', raw: status })
    },
  )
})
