import { afterEach, describe, expect, it } from 'vitest'
import { HttpClient, type TlsOptions } from '../src/index.ts'
import { systemClock } from '@amphora/core'
import { asking, type Asking } from './asking.ts'
import { makeCertificate, serveTls, type Certificate, type TlsServer } from './certificate.ts'

const HOUR = 3_600_000
const right = await makeCertificate()
const elsewhere = await makeCertificate({ name: 'other.example' })
const expired = await makeCertificate({
  notBefore: new Date(Date.now() - 48 * HOUR),
  notAfter: new Date(Date.now() - 24 * HOUR),
})
const early = await makeCertificate({
  notBefore: new Date(Date.now() + 24 * HOUR),
  notAfter: new Date(Date.now() + 48 * HOUR),
})

let server: TlsServer | undefined
let open: Asking | undefined

afterEach(async () => {
  open?.client.close()
  await server?.close()
})

async function meet({ cert, key }: Certificate, tls: TlsOptions): Promise<Asking> {
  server = await serveTls({ cert, key })
  open = asking(server.url, { tls, allowInsecureHttp: false })
  return open
}

describe('a certificate', () => {
  it.each([
    ['with its authority given', right, { ca: right.cert }],
    ['with its authority and its pin given', right, { ca: right.cert, pin: right.pin }],
    ['for another name, pinned', elsewhere, { ca: elsewhere.cert, pin: elsewhere.pin }],
    ['pinned in lower case without colons', elsewhere, { ca: elsewhere.cert, pin: plain(elsewhere.pin) }],
    ['for another name, which is said', elsewhere, { ca: elsewhere.cert, servername: 'other.example' }],
    ['of nobody, with all checks off', expired, { insecureSkipVerify: true }],
  ])('%s is accepted', async (_what, certificate, tls) => {
    const { ask } = await meet(certificate, tls)
    expect(await ask()).toMatchObject({ status: 200, body: {} })
  })

  it.each([
    ['that signs itself', right, {}, 'comes from no authority that is trusted here', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another authority', right, { ca: elsewhere.cert }, 'comes from no authority', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['that is pinned and signs itself', right, { pin: right.pin }, 'comes from no', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['for another name', elsewhere, { ca: elsewhere.cert }, 'is for another name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that has expired', expired, { ca: expired.cert }, 'has expired', 'CERT_HAS_EXPIRED'],
    ['that is not valid yet', early, { ca: early.cert }, 'is not valid yet', 'CERT_NOT_YET_VALID'],
    [
      'that is not the pinned one',
      right,
      { ca: right.cert, pin: elsewhere.pin },
      'is not the pinned one',
      'ERR_TLS_CERT_PIN_MISMATCH',
    ],
  ])('%s is refused, and nothing is sent', async (_what, certificate, tls, words, code) => {
    const { fail } = await meet(certificate, tls)
    const error = await fail({ method: 'POST', json: { secret: 'canary' } })
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'http/tls', verdict: 'unsent' })
    expect(error.recovery.tripsBreaker).toBe(false)
    expect(error.message).toBe(`Nova was not asked to show the thing: ${error.message.split(': ')[1]}`)
    expect(error.message).toContain(words)
    expect(String(error.cause)).toContain(code)
    expect(server?.requests()).toBe(0)
  })

  it('is refused again on the next connection, also after one that was accepted', async () => {
    const { ask, client } = await meet(elsewhere, { ca: elsewhere.cert, pin: elsewhere.pin })
    await ask()
    client.close()
    const { fail } = asking(server?.url ?? '', { tls: { ca: elsewhere.cert } })
    expect(await fail()).toMatchObject({ reason: 'http/tls' })
  })
})

describe('TLS', () => {
  it('older than 1.2 is refused', async () => {
    server = await serveTls({ cert: right.cert, key: right.key, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })
    open = asking(server.url, { tls: { ca: right.cert } })
    expect(await open.fail()).toMatchObject({ code: 'failed-precondition', reason: 'http/tls', verdict: 'unsent' })
  })

  it('is not spoken on a port of plain HTTP, and the message says so', async () => {
    server = await serveTls({ cert: right.cert, key: right.key })
    open = asking(server.url.replace('https:', 'http:'))
    expect((await open.fail()).verdict).toBe('unsure')
    const { createFakeServer } = await import('@amphora/conformance/fake-server')
    const plainServer = await createFakeServer()
    const other = asking(plainServer.url.replace('http:', 'https:'))
    const error = await other.fail()
    await plainServer.close()
    expect(error).toMatchObject({ reason: 'http/tls', verdict: 'unsent' })
    expect(error.message).toContain('does TLS 1.2 or newer answer there?')
  })

  it('shows a certificate of ours to a server that asks for one', async () => {
    server = await serveTls({ ...right, ca: elsewhere.cert, requestCert: true, rejectUnauthorized: true })
    open = asking(server.url, { tls: { ca: right.cert, cert: elsewhere.cert, key: elsewhere.key } })
    expect(await open.ask()).toMatchObject({ status: 200 })
    const stranger = asking(server.url, { tls: { ca: right.cert } })
    expect(await stranger.fail()).toMatchObject({ name: 'AmphoraComputeError' })
    stranger.client.close()
  })

  it('does not heed NODE_TLS_REJECT_UNAUTHORIZED', async () => {
    const kept = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      const { fail } = await meet(right, {})
      expect(await fail()).toMatchObject({ reason: 'http/tls' })
    } finally {
      if (kept === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = kept
    }
  })
})

describe('options of TLS', () => {
  it.each<[string, TlsOptions, string]>([
    ['a pin that is no SHA-256', { pin: 'canary' }, 'tls.pin is a SHA-256 in hex, 64 digits'],
    [
      'a pin that nothing would look at',
      { pin: right.pin, insecureSkipVerify: true },
      'tls.pin and tls.insecureSkipVerify exclude each other',
    ],
    ['a certificate without its key', { cert: right.cert }, 'tls.cert and tls.key belong together'],
  ])('%s are refused', (_what, tls, problem) => {
    const make = (): HttpClient => new HttpClient({ clock: systemClock, tls })
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-argument', problems: [problem] }))
  })
})

function plain(pin: string): string {
  return pin.replaceAll(':', '').toLowerCase()
}
