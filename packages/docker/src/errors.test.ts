import { describe, expect, it } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { EngineError, refusal, transportFailure, type Step } from './errors.ts'
import { refusals } from './refusals.ts'

interface Recorded {
  readonly what: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly body: unknown
}

const recorded = fixture('errors') as readonly Recorded[]

function answer(what: string): { status: number; headers: object; body: Buffer } {
  const found = recorded.find((one) => one.what === what)
  if (found === undefined) throw new Error(`"${what}" is not recorded`)
  return { status: found.status, headers: {}, body: Buffer.from(JSON.stringify(found.body)) }
}

const said = (status: number, message: string): { status: number; headers: object; body: Buffer } => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify({ message })),
})

function wordsOf(body: Buffer): string {
  return (JSON.parse(body.toString()) as { message: string }).message
}

/** Every row, by what a real engine answered; where a real one cannot be made to answer so, by its words. */
const rows: readonly (readonly [Step, ReturnType<typeof answer>, string, string])[] = [
  ['create', answer('an image that is not there'), 'not-found', 'docker/no-such-image'],
  ['create', answer('an image id that is not there'), 'not-found', 'docker/no-such-image'],
  ['create', answer('an image reference of the wrong form'), 'invalid-argument', 'docker/image-reference'],
  ['create', answer('a name that is taken'), 'already-exists', 'docker/name-taken'],
  ['create', answer('too little memory'), 'invalid-argument', 'docker/limits'],
  ['create', answer('too many processors'), 'invalid-argument', 'docker/limits'],
  ['create', answer('a storage quota'), 'failed-precondition', 'docker/storage-quota'],
  ['create', answer('several networks at once'), 'failed-precondition', 'docker/several-networks'],
  ['create', answer('a wrong JSON type'), 'invalid-argument', 'docker/malformed-request'],
  ['archive', answer('a file over a folder'), 'invalid-argument', 'docker/file-over-directory'],
  ['archive', answer('a file below a file'), 'invalid-argument', 'docker/file-over-directory'],
  ['archive', answer('a damaged archive'), 'invalid-argument', 'docker/archive'],
  ['archive', answer('an archive for a read-only root'), 'failed-precondition', 'docker/read-only'],
  [
    'archive',
    said(500, 'Error processing tar file(exit status 1): write /x: no space left on device'),
    'resource-exhausted',
    'docker/no-space',
  ],
  ['start', answer('start on a network that does not exist'), 'not-found', 'docker/no-such-network'],
  ['connect', answer('connect to a network that does not exist'), 'not-found', 'docker/no-such-network'],
  ['connect', answer('connect twice'), 'failed-precondition', 'docker/already-connected'],
  ['connect', answer('connect with an address that is taken'), 'failed-precondition', 'docker/address-taken'],
  [
    'start',
    said(403, 'Pool overlaps with other one on this address space'),
    'failed-precondition',
    'docker/subnet-overlap',
  ],
  ['connect', answer('connect with an address of no subnet'), 'invalid-argument', 'docker/address'],
  ['connect', answer('connect with an address outside the subnet'), 'invalid-argument', 'docker/address'],
  ['connect', answer('connect with no address'), 'invalid-argument', 'docker/address'],
  ['connect', answer('connect to host'), 'invalid-argument', 'docker/network-mode'],
  ['connect', answer('connect to none'), 'invalid-argument', 'docker/network-mode'],
  ['start', answer('start on a network without a free address'), 'resource-exhausted', 'docker/no-address'],
  ['disconnect', answer('disconnect what is not connected'), 'failed-precondition', 'docker/not-connected'],
  ['start', said(500, `task ${'a'.repeat(64)}: already exists: unknown`), 'conflict', 'docker/start-cut-off'],
  ['start', said(500, 'container create: id already in use: unknown'), 'conflict', 'docker/start-cut-off'],
  [
    'start',
    said(500, `failed to start shim: mkdir /engine/path/${'a'.repeat(64)}: file exists: unknown`),
    'conflict',
    'docker/start-cut-off',
  ],
  ['start', answer('start with a port that is taken'), 'conflict', 'docker/port-taken'],
  ['start', answer('start with a user that does not exist'), 'invalid-argument', 'docker/entrypoint'],
  ['start', answer('start with an entrypoint that does not exist'), 'invalid-argument', 'docker/entrypoint'],
  ['start', said(500, 'mkdir /engine/path: no space left on device'), 'resource-exhausted', 'docker/no-space'],
  ['start', answer('start a paused container'), 'failed-precondition', 'docker/paused'],
  ['pause', answer('pause twice'), 'failed-precondition', 'docker/already-paused'],
  ['pause', answer('pause what is not running'), 'failed-precondition', 'docker/not-running'],
  ['unpause', answer('unpause what is not paused'), 'failed-precondition', 'docker/not-paused'],
  ['unpause', answer('unpause what is not running'), 'failed-precondition', 'docker/not-paused'],
  [
    'remove',
    said(409, `removal of container ${'a'.repeat(64)} is already in progress`),
    'conflict',
    'docker/being-removed',
  ],
  ['remove', answer('remove a running container'), 'failed-precondition', 'docker/running'],
  ['remove', answer('remove a paused container'), 'failed-precondition', 'docker/running'],
  ['list', answer('list before a container that does not exist'), 'conflict', 'docker/page-lost'],
  [
    'pull',
    said(500, 'toomanyrequests: You have reached your pull rate limit.'),
    'resource-exhausted',
    'docker/registry-limit',
  ],
]

describe('what the engine says no to', () => {
  it.each(
    rows.map(([step, given, code, reason]) => ({
      step,
      given,
      code,
      reason,
      words: given.body.toString().slice(0, 60),
    })),
  )('$step, $given.status $words is $reason', ({ step, given, code, reason }) => {
    const error = refusal(step, given, 0)
    expect(error).toMatchObject({ code, reason, verdict: 'refused', step })
    expect(error.recovery.tripsBreaker).toBe(false)
    expect(error.message).not.toContain(wordsOf(given.body))
  })

  it('has no row without a test', () => {
    const tested = new Set(rows.map(([, , , reason]) => reason))
    expect(refusals.filter(({ reason }) => !tested.has(`docker/${reason}`))).toEqual([])
    for (const row of refusals) {
      const hits = rows.filter(([step, { status, body }]) => {
        return row.steps.includes(step) && row.status.includes(status) && row.says.test(wordsOf(body))
      })
      expect(hits, `${row.reason} (${row.steps.join(', ')})`).not.toEqual([])
    }
  })

  it('reads the same words of another step as nothing special', () => {
    expect(refusal('inspect', answer('unpause what is not paused'), 0)).toMatchObject({ code: 'internal' })
  })
})

describe('what no row knows', () => {
  it.each([
    [400, 'invalid-argument', 'refused'],
    [401, 'unauthenticated', 'refused'],
    [403, 'permission-denied', 'refused'],
    [404, 'not-found', 'refused'],
    [408, 'unavailable', 'unsure'],
    [409, 'conflict', 'refused'],
    [429, 'resource-exhausted', 'refused'],
    [500, 'internal', 'refused'],
    [502, 'unavailable', 'unsure'],
    [503, 'unavailable', 'unsure'],
    [504, 'unavailable', 'unsure'],
  ])('%d is %s, %s', (status, code, verdict) => {
    expect(refusal('start', said(status, 'something else'), 0)).toMatchObject({ code, verdict })
  })

  it.each(['', '<html>500</html>', '{}', 'null', '{"message":""}', '{"message":7}'])(
    'a 500 with %j is in doubt',
    (body) => {
      expect(refusal('start', { status: 500, headers: {}, body: Buffer.from(body) }, 0)).toMatchObject({
        code: 'internal',
        verdict: 'unsure',
      })
    },
  )

  it.each([301, 302, 303, 307, 308, 304])('a %d is a redirect that is not followed', (status) => {
    expect(refusal('inspect', { status, headers: {}, body: Buffer.alloc(0) }, 0)).toMatchObject({
      code: 'internal',
      reason: 'docker/unexpected-redirect',
      verdict: 'unsure',
    })
  })

  it('keeps what Retry-After asks for', () => {
    const busy = { status: 429, headers: { 'retry-after': '7' }, body: Buffer.alloc(0) }
    expect(refusal('inspect', busy, 0)).toMatchObject({ retryAfterMs: 7000 })
  })
})

describe('the words of an error', () => {
  const secret = 'PASSWORD-1234'

  it("are ours; the engine's are in the cause, on one line and cut to 200 characters", () => {
    const error = refusal('start', said(500, `/var/lib/docker/${secret}\n${'x'.repeat(500)}`), 0)
    expect(error.message).toBe('the engine would not start the container and answered 500')
    expect(error.cause).toBeInstanceOf(Error)
    const { message } = error.cause as Error
    expect(message).toMatch(/^HTTP 500 \/var\/lib\/docker/)
    expect(message).toHaveLength(200)
    expect(message).not.toContain('\n')
  })

  it('hold nothing that an answer to an archive may quote', () => {
    expect(JSON.stringify(refusal('archive', said(500, `cannot unpack ${secret}`), 0).cause)).not.toContain(secret)
    expect((refusal('archive', said(500, `cannot unpack ${secret}`), 0).cause as Error).message).toBe('HTTP 500')
  })

  it('hold nothing of an error of the library', () => {
    const thrown = Object.assign(new Error(`connect ${secret}`), { code: 'ECONNRESET', request: secret })
    const error = transportFailure('create', thrown)
    expect(error.message + (error.cause as Error).message + JSON.stringify(error)).not.toContain(secret)
  })
})

describe('a failure of the connection', () => {
  const coded = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall })

  it.each([
    ['ENOENT', 'unavailable', 'unsent', 'docker/unreachable'],
    ['ECONNREFUSED', 'unavailable', 'unsent', 'docker/unreachable'],
    ['EACCES', 'permission-denied', 'unsent', 'docker/unreachable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'failed-precondition', 'unsent', 'docker/unreachable'],
    ['ECONNRESET', 'unavailable', 'unsure', 'docker/connection-lost'],
    ['EPIPE', 'unavailable', 'unsure', 'docker/connection-lost'],
    ['HPE_INVALID_CONSTANT', 'internal', 'unsure', 'docker/connection-lost'],
  ])('%s is %s, %s', (code, expected, verdict, reason) => {
    expect(transportFailure('create', coded(code))).toMatchObject({ code: expected, verdict, reason })
  })

  it('is one of ours whatever was thrown', () => {
    expect(transportFailure('create', 'words')).toBeInstanceOf(EngineError)
    expect(transportFailure('create', undefined)).toMatchObject({ code: 'internal', verdict: 'unsure' })
  })
})
