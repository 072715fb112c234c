import { describe, expect, it } from 'vitest'
import { at, building, deleting, resuming, suspending, wordAt } from './lifecycle.ts'

const durations = { buildMs: 100, deleteMs: 50, suspendMs: 30, resumeMs: 20 }

describe('an instance moves on by time alone', () => {
  it.each([
    ['building', building(0, durations), 100, 'active'],
    ['building', building(0, durations, { fault: 'no disk' }), 100, 'error'],
    ['suspending', suspending(at('active'), 0, durations), 30, 'suspended'],
    ['resuming', resuming(at('suspended'), 0, durations), 20, 'active'],
    ['deleting', deleting(at('active'), 0, durations), 50, 'deleted'],
  ] as const)('%s until its time is over', (word, motion, until, next) => {
    if (motion === undefined) throw new Error('it does not move')
    expect(wordAt(motion, until - 1)).toBe(word)
    expect(wordAt(motion, until)).toBe(next)
  })
})

describe('what may follow what', () => {
  it.each(['building', 'active', 'suspended', 'stopped', 'error', 'REBALANCING', 'deleted'])(
    '%s can be deleted',
    (word) => {
      expect(deleting(at(word), 0, durations)).toMatchObject({ word: 'deleting' })
    },
  )

  it.each([
    ['building', 'busy'],
    ['resuming', 'busy'],
    ['deleting', 'being-deleted'],
    ['stopped', 'not-active'],
    ['error', 'not-active'],
    ['REBALANCING', 'not-active'],
  ])('%s cannot be suspended: %s', (word, refusal) => {
    expect(() => suspending(at(word), 0, durations)).toThrow(refusal)
  })

  it.each(['suspended', 'suspending'])('suspending what is %s changes nothing', (word) => {
    expect(suspending(at(word), 0, durations)).toBeUndefined()
  })

  it('deleting what is being deleted changes nothing', () => {
    expect(deleting(at('deleting'), 0, durations)).toBeUndefined()
  })

  it.each(['building', 'active', 'suspending', 'resuming', 'stopped', 'deleting', 'error'])(
    '%s cannot be resumed',
    (word) => {
      expect(() => resuming(at(word), 0, durations)).toThrow('not-suspended')
    },
  )
})
