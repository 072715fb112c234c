import { describe, expect, it } from 'vitest'
import { Placement } from './placement.ts'

const place = (placement: Placement, group: string | undefined, times: number): readonly string[] =>
  Array.from({ length: times }, () => placement.place(group))

describe('placement', () => {
  it('spreads what belongs to no group over the hosts', () => {
    expect(place(new Placement(3, Infinity), undefined, 4)).toEqual(['host-1', 'host-2', 'host-3', 'host-1'])
  })

  it('anti-affinity puts one member on a host, and refuses when the hosts run out', () => {
    const placement = new Placement(3, Infinity)
    const { id } = placement.create('spread', 'anti-affinity', 'ours')
    expect(new Set(place(placement, id, 3)).size).toBe(3)
    expect(() => placement.place(id)).toThrow('no-host')
    placement.leave('host-2', id)
    expect(placement.place(id)).toBe('host-2')
  })

  it('soft anti-affinity spreads as far as it can and then doubles up', () => {
    const placement = new Placement(2, Infinity)
    const { id } = placement.create('spread', 'soft-anti-affinity', 'ours')
    place(placement, undefined, 1)
    expect([...place(placement, id, 4)].sort()).toEqual(['host-1', 'host-1', 'host-2', 'host-2'])
  })

  it('affinity keeps members together, and refuses when their host is full', () => {
    const placement = new Placement(3, 2)
    const { id } = placement.create('together', 'affinity', 'ours')
    place(placement, undefined, 1)
    expect(place(placement, id, 2)).toEqual(['host-2', 'host-2'])
    expect(() => placement.place(id)).toThrow('no-host')
  })

  it('soft affinity keeps members together until their host is full', () => {
    const placement = new Placement(2, 2)
    const { id } = placement.create('together', 'soft-affinity', 'ours')
    expect(place(placement, id, 3)).toEqual(['host-1', 'host-1', 'host-2'])
  })

  it('refuses everybody when every host is full', () => {
    const placement = new Placement(1, 1)
    expect(placement.hasRoom()).toBe(true)
    placement.place(undefined)
    expect(placement.hasRoom()).toBe(false)
    expect(() => placement.place(undefined)).toThrow('no-host')
    placement.leave('host-1', undefined)
    placement.leave('nowhere', undefined)
    expect(placement.place(undefined)).toBe('host-1')
  })

  it('makes a group once for one name and policy, and refuses another policy under it', () => {
    const placement = new Placement(3, Infinity)
    const group = placement.create('g', 'affinity', 'ours')
    expect(placement.create('g', 'affinity', 'ours')).toBe(group)
    expect(() => placement.create('g', 'anti-affinity', 'ours')).toThrow('group-exists')
    expect(placement.create('g', 'anti-affinity', 'theirs').id).not.toBe(group.id)
  })

  it('deletes only its owner’s groups, and what is gone as often as one likes', () => {
    const placement = new Placement(3, Infinity)
    const { id } = placement.create('g', 'affinity', 'ours')
    expect(() => placement.delete(id, 'theirs')).toThrow('foreign')
    placement.delete(id, 'ours')
    placement.delete(id, 'ours')
    expect(placement.groups()).toEqual([])
  })

  it('lets members leave whose group has been deleted', () => {
    const placement = new Placement(1, 1)
    const { id } = placement.create('g', 'affinity', 'ours')
    const host = placement.place(id)
    placement.delete(id, 'ours')
    placement.leave(host, id)
    expect(placement.place(undefined)).toBe('host-1')
  })
})
