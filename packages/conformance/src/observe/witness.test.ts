import { channel, tracingChannel } from 'node:diagnostics_channel'
import { AmphoraComputeError, DeleteFailed } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { secretOf } from './secret.ts'
import { witnessChannels } from './witness-channels.ts'
import { witnessLogger } from './witness-logger.ts'
import { Witness } from './witness.ts'

const PASSWORD = 'correct-horse-battery'
const witness = (): Witness => new Witness([secretOf('the password', PASSWORD)])

describe('a witness of secrets', () => {
  it('tells where which secret has shown, and not the secret', () => {
    const seen = witness()
    seen.value('a log record', { fields: { password: PASSWORD } })
    expect(seen.leaks).toEqual(['the password in the inspection of a log record'])
    expect(seen.seen).toBe(1)
  })

  it('looks at hidden properties, causes and what a value makes of itself as JSON', () => {
    const seen = witness()
    seen.value('a driver', Object.defineProperty({}, 'token', { value: PASSWORD, enumerable: false }))
    seen.error('a build', new AmphoraComputeError('failed', { cause: new Error(PASSWORD) }))
    seen.value('a thing', { toJSON: () => PASSWORD })
    expect(seen.leaks).toHaveLength(3)
  })

  it('looks at log records with all that their loggers are bound to, at traces and at events', async () => {
    const seen = witness()
    const logger = witnessLogger(seen, 'a rule')
    logger.child({ driver: PASSWORD }).info({}, 'well')
    logger.debug({}, `well, ${PASSWORD}`)
    expect(seen.leaks).toHaveLength(1)
    const calls = tracingChannel<unknown, object>('amphora.call')
    const events = channel('amphora.event')
    const channels = witnessChannels(seen)
    await calls.tracePromise(async () => PASSWORD, { driver: 'east' })
    events.publish({ message: PASSWORD })
    expect(seen.leaks).toEqual([
      expect.stringContaining('log record'),
      expect.stringContaining('a trace'),
      expect.stringContaining('an event'),
    ])
    channels[Symbol.dispose]()
    expect([calls.hasSubscribers, events.hasSubscribers]).toEqual([false, false])
  })

  it('survives values that have no JSON', () => {
    const circle: { self?: object; toJSON?: () => never } = {
      toJSON: () => {
        throw new Error('no')
      },
    }
    circle.self = circle
    const seen = witness()
    seen.value('a circle', circle)
    expect(seen.leaks).toEqual([])
  })

  it('looks away while it is told to', async () => {
    const seen = witness()
    await seen.away(async () => seen.value('a burst', PASSWORD))
    expect([seen.leaks, seen.seen]).toEqual([[], 0])
  })

  it('takes secrets out of what a report shows', () => {
    expect(witness().redacted(`found ${PASSWORD}`)).toBe('found [redacted]')
  })
})

it('knows which errors are not ours', () => {
  const seen = witness()
  seen.error('delete', new DeleteFailed('busy', { code: 'conflict' }))
  expect(seen.strangers).toEqual([])
  seen.error('delete', new TypeError('x'))
  seen.error('find', 'text')
  seen.error('list', Object.assign(new AmphoraComputeError('x'), { code: 'ECONNRESET' }))
  expect(seen.strangers).toEqual([
    'TypeError (TypeError) from delete',
    'a thrown string from find',
    'AmphoraComputeError (AmphoraComputeError) from list',
  ])
})
