import { describe, expect, it } from 'vitest'
import type { ReportedAmphora } from './amphora.ts'
import { Sightings } from './sightings.ts'

const one: ReportedAmphora = {
  id: 'a',
  name: 'web',
  type: 'VM',
  status: { state: 'building', raw: 'BUILD' },
  addresses: [],
}

describe('Sightings', () => {
  it('takes for news what is new, and what differs in state or address', () => {
    const sightings = new Sightings()
    expect(sightings.isNews(one)).toBe(true)
    expect(sightings.isNews({ ...one, createdAt: '2026-01-01T00:00:00Z' })).toBe(false)
    expect(sightings.isNews({ ...one, status: { state: 'active', raw: 'ACTIVE' } })).toBe(true)
    expect(sightings.isNews({ ...one, addresses: [{ ip: '10.0.0.1', family: 4 }] })).toBe(true)
  })

  it('tells an end once, and knows nothing of it afterwards', () => {
    const sightings = new Sightings()
    sightings.isNews(one)
    expect([sightings.known(), sightings.nameOf('a')]).toEqual([['a'], 'web'])
    expect([sightings.isGone('a'), sightings.isGone('a')]).toEqual([true, false])
    expect([sightings.known(), sightings.nameOf('a')]).toEqual([[], undefined])
  })

  it('remembers a thousand ends, and no more', () => {
    const sightings = new Sightings()
    for (let index = 0; index < 1025; index += 1) sightings.isGone(String(index))
    expect([sightings.isGone('1024'), sightings.isGone('0')]).toEqual([false, true])
  })
})
