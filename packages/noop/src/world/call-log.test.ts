import { expect, it } from 'vitest'
import { CallLog } from './call-log.ts'

it('keeps each call with its end, and shows one under way as pending', () => {
  const log = new CallLog(10)
  const close = log.open({ verb: 'build', name: 'a', at: 5 })
  const before = log.recent()
  close('answered', 7)
  expect(log.recent()).toEqual([{ number: 1, verb: 'build', name: 'a', at: 5, outcome: 'answered', ms: 7 }])
  expect(before).toEqual([{ number: 1, verb: 'build', name: 'a', at: 5, outcome: 'pending' }])
})

it('counts all calls and keeps the newest', () => {
  const log = new CallLog(2)
  for (let at = 1; at <= 9; at++) log.open({ verb: at % 3 === 0 ? 'list' : 'find', at })('answered', 0)
  expect([log.count(), log.count('list'), log.count('find'), log.count('build')]).toEqual([9, 3, 6, 0])
  expect(log.recent().map(({ number }) => number)).toEqual([8, 9])
  expect(log.recent('list').map(({ number }) => number)).toEqual([9])
})
