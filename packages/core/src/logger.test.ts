import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { silentLogger, type Logger } from './logger.ts'

it('says nothing, also as a child', () => {
  const child = silentLogger.child({ driver: 'a' })
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    expect(child[level]({ a: 1 }, 'message')).toBeUndefined()
  }
  expect(child).toBe(silentLogger)
  expect(Object.isFrozen(silentLogger)).toBe(true)
})

it('has the shape of a pino logger', () => {
  const lines: unknown[] = []
  const out = new Writable({
    write: (line: Buffer, _encoding, done) => (lines.push(JSON.parse(line.toString())), done()),
  })
  const logger: Logger = pino(out)
  logger.child({ driver: 'a' }).warn({ code: 'conflict' }, 'message')
  expect(lines).toMatchObject([{ driver: 'a', code: 'conflict', msg: 'message' }])
})
