import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secondCopy, type SecondCopy } from '../test/second-copy.ts'
import { recovery, type ErrorCode } from './error-code.ts'
import * as errors from './errors.ts'
import {
  AmphoraBuildError,
  AmphoraComputeError,
  DeleteFailed,
  DriverLoadError,
  InstanceNotFoundError,
  InvalidRequestError,
  NotImplementedError,
  NotSuspendedError,
} from './errors.ts'

type Errors = typeof errors

/** One of each class, all of the same copy. */
function oneOfEach(copy: Errors): Readonly<Record<keyof Errors, AmphoraComputeError>> {
  return {
    AmphoraComputeError: new copy.AmphoraComputeError('m'),
    AmphoraBuildError: new copy.AmphoraBuildError('m'),
    DeleteFailed: new copy.DeleteFailed('m'),
    InstanceNotFoundError: new copy.InstanceNotFoundError('m'),
    NotSuspendedError: new copy.NotSuspendedError('m'),
    NotImplementedError: new copy.NotImplementedError('m'),
    InvalidRequestError: new copy.InvalidRequestError(['m']),
    DriverLoadError: new copy.DriverLoadError('m'),
  }
}

const full = {
  code: 'conflict',
  reason: 'acme/busy',
  amphoraId: 'east/1',
  amphoraName: 'web-1',
  retryAfterMs: 500,
  cause: new Error('why'),
} as const

describe('every error', () => {
  it.each(Object.entries(oneOfEach(errors)))('%s is called by its class and is an Error', (kind, error) => {
    expect(error.name).toBe(kind)
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(AmphoraComputeError)
    expect(error.stack).toMatch(new RegExp(`^(${kind}|Error): m\n`))
    expect(inspect(error)).toContain(kind)
    expect(Object.keys(error)).not.toContain('name')
  })

  it.each([
    AmphoraComputeError,
    AmphoraBuildError,
    DeleteFailed,
    InstanceNotFoundError,
    NotSuspendedError,
    NotImplementedError,
    DriverLoadError,
  ])('%o keeps all that it is given', (kind) => {
    const error = new kind('message', full)
    expect(error).toMatchObject({ ...full, message: 'message' })
  })

  it('of a refused request keeps all that it is given', () => {
    const error = new InvalidRequestError(['a', 'b'], full)
    expect(error).toMatchObject({ ...full, problems: ['a', 'b'] })
    expect(error.message).toBe('a; b')
  })

  it('has no cause where it is given none', () => {
    expect('cause' in new AmphoraComputeError('m')).toBe(false)
    expect('cause' in new AmphoraComputeError('m', { cause: undefined })).toBe(false)
    expect(new AmphoraComputeError('m', { cause: null }).cause).toBeNull()
  })

  it.each([
    ['AmphoraComputeError', 'unknown'],
    ['AmphoraBuildError', 'unknown'],
    ['DeleteFailed', 'unknown'],
    ['InstanceNotFoundError', 'not-found'],
    ['NotSuspendedError', 'failed-precondition'],
    ['NotImplementedError', 'unsupported'],
    ['InvalidRequestError', 'invalid-argument'],
    ['DriverLoadError', 'failed-precondition'],
  ] as const)('%s has the code %s where nobody says another', (kind, code) => {
    expect(oneOfEach(errors)[kind].code).toBe(code)
  })

  it('knows what follows from its code', () => {
    for (const [code, row] of Object.entries(recovery)) {
      expect(new AmphoraComputeError('m', Object.fromEntries([['code', code]])).recovery).toBe(row)
    }
  })

  it('with a code that only a newer copy of core knows is treated as unknown', () => {
    for (const code of ['data-loss', 'toString', '__proto__']) {
      const newer = Object.fromEntries([['code', code]])
      expect(new AmphoraComputeError('m', newer).recovery).toBe(recovery.unknown)
      expect(new AmphoraBuildError('m', newer).outcome).toBe('in-doubt')
    }
  })

  it('is JSON: everything but the cause and the stack', () => {
    const plain = { name: 'DeleteFailed', message: 'm', code: 'conflict', reason: 'acme/busy', amphoraId: 'east/1' }
    const error = new DeleteFailed('m', full)
    expect(error.toJSON()).toEqual({ ...plain, amphoraName: 'web-1', retryAfterMs: 500 })
    expect(JSON.parse(JSON.stringify(error))).toEqual({ ...plain, amphoraName: 'web-1', retryAfterMs: 500 })
    expect(JSON.parse(JSON.stringify(new DeleteFailed('m')))).toEqual({
      name: 'DeleteFailed',
      message: 'm',
      code: 'unknown',
    })
    expect(new AmphoraBuildError('m', full).toJSON()).toEqual({
      ...plain,
      name: 'AmphoraBuildError',
      amphoraName: 'web-1',
      retryAfterMs: 500,
      outcome: 'not-created',
    })
    expect(new InvalidRequestError(['m'], full).toJSON()).toEqual({
      ...plain,
      name: 'InvalidRequestError',
      amphoraName: 'web-1',
      retryAfterMs: 500,
      problems: ['m'],
    })
  })

  it('keeps the problems as they were', () => {
    const problems = ['a']
    const error = new InvalidRequestError(problems)
    problems.push('b')
    expect(error.problems).toEqual(['a'])
    expect(Object.isFrozen(error.problems)).toBe(true)
  })
})

describe('the outcome of a failed build', () => {
  it('follows from the code where nobody says it', () => {
    const inDoubt: readonly ErrorCode[] = ['unavailable', 'deadline-exceeded', 'cancelled', 'internal', 'unknown']
    for (const [code] of Object.entries(recovery)) {
      const { outcome } = new AmphoraBuildError('m', Object.fromEntries([['code', code]]))
      expect([code, outcome]).toEqual([
        code,
        inDoubt.some((doubtful) => doubtful === code) ? 'in-doubt' : 'not-created',
      ])
    }
    expect(new AmphoraBuildError('m').outcome).toBe('in-doubt')
  })

  it('is what is said otherwise', () => {
    expect(new AmphoraBuildError('m', { code: 'unavailable', outcome: 'not-created' }).outcome).toBe('not-created')
    expect(new AmphoraBuildError('m', { code: 'conflict', outcome: 'in-doubt' }).outcome).toBe('in-doubt')
    expect(new AmphoraBuildError('m', { outcome: 'created-then-failed' }).outcome).toBe('created-then-failed')
  })
})

describe('instanceof', () => {
  let copy: SecondCopy
  beforeAll(async () => void (copy = await secondCopy()))
  afterAll(() => copy.remove())

  it('holds for the same class of another copy of core, and for no other', () => {
    expect(copy.errors.AmphoraComputeError).not.toBe(AmphoraComputeError)
    for (const [kind, theirs] of Object.entries(oneOfEach(copy.errors))) {
      for (const [name, ours] of Object.entries<Errors[keyof Errors]>(errors)) {
        expect(theirs instanceof ours, `${kind} of the other copy, ${name} of ours`).toBe(
          name === kind || name === 'AmphoraComputeError',
        )
      }
      expect(oneOfEach(errors)[theirs.name as keyof Errors] instanceof copy.errors.AmphoraComputeError).toBe(true)
    }
  })

  it('holds for the parent and not between sisters in one copy', () => {
    for (const [kind, error] of Object.entries(oneOfEach(errors))) {
      const classes = Object.entries<Errors[keyof Errors]>(errors).filter(([, one]) => error instanceof one)
      expect(classes.map(([name]) => name).sort()).toEqual([...new Set([kind, 'AmphoraComputeError'])].sort())
    }
  })

  it('keeps the rule of the language for what others derive', () => {
    class AcmeError extends AmphoraComputeError {}
    class AcmeBuildError extends AmphoraBuildError {}
    const [one, other] = [new AcmeError('m'), new AcmeBuildError('m')]
    expect([one instanceof AcmeError, one instanceof AmphoraComputeError, one instanceof AmphoraBuildError]).toEqual([
      true,
      true,
      false,
    ])
    expect([other instanceof AcmeError, other instanceof AcmeBuildError, other instanceof AmphoraBuildError]).toEqual([
      false,
      true,
      true,
    ])
    expect(new AmphoraComputeError('m') instanceof AcmeError).toBe(false)
    expect(one instanceof copy.errors.AmphoraComputeError).toBe(true)
    expect(other instanceof copy.errors.AmphoraBuildError).toBe(true)
    expect(one instanceof copy.errors.AmphoraBuildError).toBe(false)
  })

  it.each([
    undefined,
    null,
    'AmphoraComputeError',
    7,
    {},
    [],
    new Error('AmphoraComputeError'),
    () => {},
    { name: 'AmphoraComputeError' },
  ])('does not hold for %j', (value) => {
    expect(value instanceof AmphoraComputeError).toBe(false)
    expect(value instanceof DeleteFailed).toBe(false)
  })
})

describe('a class that others derive', () => {
  it('may give its errors a name of their own', () => {
    class AcmeError extends AmphoraComputeError {
      constructor() {
        super('m')
        this.name = 'AcmeError'
      }
    }
    expect(new AcmeError().toJSON()).toMatchObject({ name: 'AcmeError' })
    expect(new AmphoraComputeError('m').name).toBe('AmphoraComputeError')
  })
})

describe('whatever was thrown', () => {
  it('stays as it is where it is ours, of whichever copy', async () => {
    const copy = await secondCopy()
    const ours: readonly AmphoraComputeError[] = [new DeleteFailed('m'), new copy.errors.AmphoraBuildError('m')]
    for (const error of ours) expect(AmphoraComputeError.from(error)).toBe(error)
    await copy.remove()
  })

  it('is unknown, or what the edge says, where it is not', () => {
    const error = AmphoraComputeError.from(new TypeError('x'))
    expect([error.name, error.code, error.message]).toEqual([
      'AmphoraComputeError',
      'unknown',
      'The driver failed in a way it did not explain',
    ])
    expect(AmphoraComputeError.from('x', 'internal').code).toBe('internal')
    expect(AmphoraComputeError.from(undefined).cause).toBeInstanceOf(Error)
  })

  it('shows nothing of what an HTTP library hangs onto its errors', () => {
    const canary = 'canary-7f3a'
    const config = { headers: { 'X-Auth-Token': canary }, data: canary, auth: { password: canary } }
    const thrown = Object.assign(new Error(`Request failed: ${canary}`, { cause: new Error(canary) }), {
      name: 'AxiosError',
      code: 'ERR_BAD_REQUEST',
      config,
      request: { _header: canary },
      response: { data: canary, config },
      toJSON: () => ({ config }),
    })
    const error = AmphoraComputeError.from(thrown, 'internal')
    for (const depth of [2, 20])
      expect(inspect(error, { depth, showHidden: true, getters: true })).not.toContain(canary)
    expect(JSON.stringify([error, error.cause])).not.toContain(canary)
    expect(String(error.stack) + String(error.cause)).not.toContain(canary)
    expect(inspect(error)).toContain('ERR_BAD_REQUEST')
  })
})
