import { expect, it } from 'vitest'
import { Agenda } from './agenda.ts'

it('gives what is due in order of time, and of entry among equals', () => {
  const agenda = new Agenda()
  const done: string[] = []
  for (const [name, at] of [
    ['c', 3],
    ['a1', 1],
    ['b', 2],
    ['a2', 1],
    ['d', 4],
  ] as const) {
    agenda.add(at, () => done.push(name))
  }
  expect(agenda.nextAt).toBe(1)
  for (let due = agenda.takeDue(3); due !== undefined; due = agenda.takeDue(3)) due.act()
  expect(done).toEqual(['a1', 'a2', 'b', 'c'])
  expect([agenda.size, agenda.nextAt]).toEqual([1, 4])
})

it('forgets what is removed, and does not mind removing it twice', () => {
  const agenda = new Agenda()
  const appointment = agenda.add(1, () => {})
  agenda.remove(appointment)
  agenda.remove(appointment)
  expect(agenda.size).toBe(0)
  expect(agenda.nextAt).toBeUndefined()
  expect(agenda.takeDue(10)).toBeUndefined()
})
