import { describe, expect, it } from 'vitest'
import { server } from '../test/order.ts'
import { sightOf, type Sight } from './holders.ts'
import { ownershipOf } from './ownership.ts'
import type { WireServer } from './wire.ts'

const clock = { now: () => 1_000 }

function sight(servers: readonly WireServer[], dateMs?: number): Promise<Sight> {
  return sightOf(async () => ({ servers, dateMs }), 'web-1', ownershipOf('amphora', 'b'), clock)
}

const one = (id: string, changes: Partial<WireServer> = {}): WireServer => server({ id, ...changes })

describe('a sight of a name', () => {
  it('holds what is ours under it, and nothing else', async () => {
    const { ours } = await sight([
      one('ours'),
      one('theirs', { metadata: { amphora_owner: 'west', amphora_name: 'web-1' } }),
      one('nobodys', { metadata: {} }),
      one('renamed', { metadata: { amphora_owner: 'amphora', amphora_name: 'web-2' } }),
    ])
    expect(ours.map(({ id }) => id)).toEqual(['ours'])
  })

  it.each([
    ['DELETED', undefined],
    ['SOFT_DELETED', undefined],
    ['ACTIVE', 'deleting'],
    ['ERROR', 'soft-deleting'],
  ])('leaves out what is going: %s, %s', async (status, taskState) => {
    expect((await sight([one('x', { status, taskState })])).ours).toEqual([])
  })

  it.each(['BUILD', 'ERROR', 'SHUTOFF', 'SUSPENDED', 'SHELVED', 'BRAND_NEW'])('keeps what is %s', async (status) => {
    expect((await sight([one('x', { status })])).ours).toHaveLength(1)
  })

  it('is in the order of the creates, and within a second in the reverse of the list', async () => {
    const at = (second: number): Partial<WireServer> => ({ created: `2026-01-01T00:00:0${second}Z` })
    const listed = [one('e', at(2)), one('d', at(1)), one('c', at(1)), one('b', at(0)), one('a', at(0))]
    expect((await sight(listed)).ours.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect((await sight(listed.toReversed())).ours.map(({ id }) => id)).toEqual(['b', 'a', 'd', 'c', 'e'])
  })

  it('has the time of Nova, or ours where Nova tells none', async () => {
    expect((await sight([], 5_000)).dateMs).toBe(5_000)
    expect((await sight([])).dateMs).toBe(1_000)
  })

  it('that a record hides part of is none', async () => {
    await expect(sight([one('x'), one('y', { metadata: undefined, name: undefined })])).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'nova/cell-down',
    })
  })

  it('is no better than the look', async () => {
    const look = (): Promise<never> => Promise.reject(new Error('away'))
    await expect(sightOf(look, 'web-1', ownershipOf('amphora', 'b'), clock)).rejects.toThrow('away')
  })
})
