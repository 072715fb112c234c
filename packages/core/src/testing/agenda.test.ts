import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Agenda } from './agenda.ts'

it('gives what is due in order of time, and of entry among equals', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 40 }), fc.nat(20), (times, now) => {
      const agenda = new Agenda()
      const done: (readonly [number, number])[] = []
      for (const [entry, at] of times.entries()) agenda.add(at, () => done.push([at, entry]))
      expect(agenda.nextAt).toBe(times.length === 0 ? undefined : Math.min(...times))
      for (let due = agenda.takeDue(now); due !== undefined; due = agenda.takeDue(now)) due.act()
      const expected = [...times.entries()].map(([entry, at]) => [at, entry] as const).filter(([at]) => at <= now)
      expect(done).toEqual(expected.sort(([a, first], [b, second]) => a - b || first - second))
      expect(agenda.size).toBe(times.length - done.length)
    }),
  )
})

it('gives one at a time, and nothing before its moment', () => {
  const agenda = new Agenda()
  const first = agenda.add(5, () => {})
  const second = agenda.add(5, () => {})
  expect(agenda.takeDue(4)).toBeUndefined()
  expect(agenda.takeDue(5)).toBe(first)
  expect(agenda.size).toBe(1)
  expect(agenda.takeDue(6)).toBe(second)
  expect(agenda.takeDue(6)).toBeUndefined()
})

it('forgets what is removed, and nothing else', () => {
  const agenda = new Agenda()
  const [one, two, three] = [1, 2, 3].map((at) => agenda.add(at, () => {}))
  if (one === undefined || two === undefined) throw new Error('nothing was added')
  agenda.remove(two)
  agenda.remove(two)
  expect([agenda.size, agenda.nextAt]).toEqual([2, 1])
  agenda.remove(one)
  expect([agenda.size, agenda.nextAt]).toEqual([1, 3])
  expect(agenda.takeDue(10)).toBe(three)
  expect(agenda.nextAt).toBeUndefined()
})
