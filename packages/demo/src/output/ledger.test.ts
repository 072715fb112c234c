import { expect, it } from 'vitest'
import { capture } from '../../test/capture.ts'
import { Ledger } from './ledger.ts'
import { Screen } from './screen.ts'

const seen = String

it('shows what was seen, and the details below it', async () => {
  const output = capture()
  const ledger = new Ledger(new Screen(output))
  const value = await ledger.run({
    title: 'look',
    work: (say) => {
      say.progress('half of it')
      say.detail('one')
      say.detail('two')
      return Promise.resolve(7)
    },
    seen: (found) => `found ${found}`,
  })
  expect(value).toBe(7)
  expect(output.text).toMatch(/^ok {3}look +\d+ ms {2}found 7\n {5}one\n {5}two\n$/)
  expect(ledger.failed).toBeUndefined()
})

it('remembers which step failed, and hands its error on', async () => {
  const output = capture()
  const ledger = new Ledger(new Screen(output))
  await ledger.run({ title: 'first', work: () => Promise.resolve(''), seen })
  const failing = ledger.run({ title: 'second', work: () => Promise.reject(new Error('no')), seen })
  await expect(failing).rejects.toThrow('no')
  expect(ledger.failed).toBe('second')
  expect(output.text).toMatch(/^fail second/m)
  expect(ledger.table().map((row) => row.trim().split(/ {2,}/))).toMatchObject([
    ['step', 'time'],
    ['1', 'first', expect.any(String), 'ok'],
    ['2', 'second', expect.any(String), 'failed'],
    ['all of it', expect.any(String)],
  ])
})

it('calls no failure what its signal has broken off', async () => {
  const output = capture()
  const ledger = new Ledger(new Screen(output))
  const signal = AbortSignal.abort()
  const work = (): Promise<string> => Promise.reject(new Error('aborted'))
  await expect(ledger.run({ title: 'wait', work, seen, signal })).rejects.toThrow('aborted')
  expect(ledger.failed).toBeUndefined()
  expect(output.text).toMatch(/^stop wait/)
})
