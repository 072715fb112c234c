import { createServer as createTcpServer, connect as connectTcp, type AddressInfo, type Server } from 'node:net'
import { lookup } from 'node:dns'
import { readFile } from 'node:fs'
import { get, request as httpRequest } from 'node:http'
import { connect as connectTls } from 'node:tls'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { codeFromHttpStatus, codeFromNodeError } from './failure-code.ts'

describe('the code of an HTTP status', () => {
  it.each([
    [400, 'invalid-argument'],
    [401, 'unauthenticated'],
    [402, 'invalid-argument'],
    [403, 'permission-denied'],
    [404, 'not-found'],
    [405, 'unsupported'],
    [406, 'invalid-argument'],
    [408, 'unavailable'],
    [409, 'conflict'],
    [410, 'not-found'],
    [412, 'failed-precondition'],
    [413, 'resource-exhausted'],
    [422, 'invalid-argument'],
    [423, 'conflict'],
    [425, 'unavailable'],
    [428, 'failed-precondition'],
    [429, 'resource-exhausted'],
    [499, 'invalid-argument'],
    [500, 'internal'],
    [501, 'unsupported'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
    [505, 'internal'],
    [599, 'internal'],
  ])('%i is %s', (status, code) => {
    expect(codeFromHttpStatus(status)).toBe(code)
  })

  it.each([0, 100, 200, 204, 302, 307, 399, 600, -1, Number.NaN])(
    '%i, which is no failure or not followed, is internal',
    (status) => {
      expect(codeFromHttpStatus(status)).toBe('internal')
    },
  )
})

const NOT_SENT = { code: 'unavailable', sent: false }
const MAYBE_SENT = { code: 'unavailable', sent: true }
const CONFIGURATION = { code: 'failed-precondition', sent: false }

function failure(code: string, fields: object = {}, message: string = 'x'): Error {
  return Object.assign(new Error(message), { code, ...fields })
}

describe('the failure of a socket', () => {
  it.each([
    'ECONNREFUSED',
    'ENOENT',
    'ENOTFOUND',
    'ENOTSOCK',
    'EAI_AGAIN',
    'EAI_FAIL',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'ENETDOWN',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
  ])('%s is unavailable, and nothing was sent while connecting', (code) => {
    expect(codeFromNodeError(failure(code))).toEqual(NOT_SENT)
    expect(codeFromNodeError(failure(code, { syscall: 'connect' }))).toEqual(NOT_SENT)
    expect(codeFromNodeError(failure(code, { syscall: 'getaddrinfo' }))).toEqual(NOT_SENT)
  })

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'EACCES', 'ENOBUFS'])(
    '%s on a connection that stood may have been sent',
    (code) => {
      expect(codeFromNodeError(failure(code, { syscall: 'read' }))?.sent).toBe(true)
      expect(codeFromNodeError(failure(code, { syscall: 'write' }))?.sent).toBe(true)
      expect(codeFromNodeError(failure(code, { syscall: 'connect' }))?.sent).toBe(false)
    },
  )

  it.each(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])('%s may have been sent', (code) => {
    expect(codeFromNodeError(failure(code))).toEqual(MAYBE_SENT)
    expect(codeFromNodeError(failure(code, { syscall: 'connect' }))).toEqual(MAYBE_SENT)
  })

  it('ETIMEDOUT is unavailable while connecting, and in doubt otherwise', () => {
    expect(codeFromNodeError(failure('ETIMEDOUT', { syscall: 'connect' }))).toEqual(NOT_SENT)
    const inDoubt = { code: 'deadline-exceeded', sent: true }
    expect(codeFromNodeError(failure('ETIMEDOUT'))).toEqual(inDoubt)
    expect(codeFromNodeError(failure('ETIMEDOUT', { syscall: 'read' }))).toEqual(inDoubt)
  })

  it('ETIMEDOUT of every address of a host was not sent, as Node gathers them', () => {
    const gathered = (...tries: readonly unknown[]): unknown =>
      Object.assign(new AggregateError(tries), { code: 'ETIMEDOUT' })
    const connecting = failure('ETIMEDOUT', { syscall: 'connect' })
    expect(codeFromNodeError(gathered(connecting, connecting))).toEqual(NOT_SENT)
    for (const other of [
      failure('ETIMEDOUT', { syscall: 'read' }),
      failure('ETIMEDOUT'),
      { syscall: 'connect' },
      null,
    ]) {
      expect(codeFromNodeError(gathered(connecting, other))?.sent).toBe(true)
    }
    expect(codeFromNodeError(gathered())?.sent).toBe(true)
  })

  it.each([
    ['EACCES', 'permission-denied'],
    ['EPERM', 'permission-denied'],
    ['EMFILE', 'resource-exhausted'],
    ['ENFILE', 'resource-exhausted'],
    ['ENOBUFS', 'resource-exhausted'],
  ])('%s is %s, and nothing was sent', (code, meaning) => {
    expect(codeFromNodeError(failure(code, { syscall: 'connect' }))).toEqual({ code: meaning, sent: false })
    expect(codeFromNodeError(failure(code))).toEqual({ code: meaning, sent: false })
  })

  it('without a code is told by the words that Node has for it', () => {
    expect(codeFromNodeError(new Error('socket hang up'))).toEqual(MAYBE_SENT)
    expect(codeFromNodeError(new Error('aborted'))).toEqual(MAYBE_SENT)
    for (const other of ['aborted by hand', 'not aborted', 'the socket hang up', 'socket hang up!', '']) {
      expect(codeFromNodeError(new Error(other))).toBeUndefined()
    }
    expect(codeFromNodeError(Object.assign(new Error('socket hang up'), { code: 7 }))).toEqual(MAYBE_SENT)
  })
})

describe('the failure of TLS', () => {
  // https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes
  it.each([
    'CERT_CHAIN_TOO_LONG',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_REJECTED',
    'CERT_REVOKED',
    'CERT_SIGNATURE_FAILURE',
    'CERT_UNTRUSTED',
    'CRL_HAS_EXPIRED',
    'CRL_NOT_YET_VALID',
    'CRL_SIGNATURE_FAILURE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
    'ERROR_IN_CERT_NOT_BEFORE_FIELD',
    'ERROR_IN_CRL_LAST_UPDATE_FIELD',
    'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
    'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
    'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
    'UNABLE_TO_GET_CRL',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'EPROTO',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  ])('%s is a matter of configuration', (code) => {
    expect(codeFromNodeError(failure(code))).toEqual(CONFIGURATION)
    expect(codeFromNodeError(failure(code, { syscall: 'write' }))).toEqual(CONFIGURATION)
  })

  it('may have been sent where a record was damaged under way', () => {
    expect(codeFromNodeError(failure('ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC'))).toEqual(MAYBE_SENT)
    expect(codeFromNodeError(failure('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'))).toEqual(MAYBE_SENT)
    expect(codeFromNodeError(failure('ERR_SSL_DECRYPTION_FAILED'))).toEqual(MAYBE_SENT)
    expect(codeFromNodeError(failure('EPROTO', {}, 'write EPROTO ssl3_get_record:bad record mac'))).toEqual(MAYBE_SENT)
  })
})

describe('what is no failure of a socket', () => {
  it.each([undefined, null, 'ECONNREFUSED', 7, {}, { code: 'ECONNREFUSED' }])('has no meaning here: %j', (thrown) => {
    expect(codeFromNodeError(thrown)).toBeUndefined()
  })

  it.each(['ERR_ASSERTION', 'ABORT_ERR', 'HPE_INVALID_CONSTANT', 'X_ERR_TLS_', 'XEAI_AGAIN', ''])(
    'has no meaning here: %s',
    (code) => {
      expect(codeFromNodeError(failure(code))).toBeUndefined()
    },
  )

  it('is the failure of a file or of a child process', async () => {
    const absent = await new Promise<unknown>((resolve) => readFile('/nonexistent/file', resolve))
    expect(codeFromNodeError(absent)).toBeUndefined()
    const [spawned] = await once(spawn('/nonexistent/program'), 'error')
    expect(codeFromNodeError(spawned)).toBeUndefined()
  })
})

describe('what Node really says', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  async function listening(onConnection: Parameters<typeof createTcpServer>[1]): Promise<number> {
    const server = createTcpServer({}, onConnection)
    servers.push(server.listen(0, '127.0.0.1'))
    await once(server, 'listening')
    const address: AddressInfo | string | null = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async function failureOf(port: number): Promise<unknown> {
    return new Promise((resolve) => {
      const sent = httpRequest({ host: '127.0.0.1', port, method: 'POST' }, (answer) => {
        answer.on('error', resolve).resume()
      })
      sent.on('error', resolve).end('x')
    })
  }

  it('of a refused connection', async () => {
    const port = await listening(() => {})
    servers.splice(0).at(0)?.close()
    expect(codeFromNodeError(await failureOf(port))).toEqual(NOT_SENT)
  })

  it('of a Unix socket that is not there', async () => {
    const [thrown] = await once(get({ socketPath: '/nonexistent/docker.sock' }), 'error')
    expect(codeFromNodeError(thrown)).toEqual(NOT_SENT)
  })

  it('of a Unix socket that is something else', async () => {
    const [thrown] = await once(connectTcp('/dev/null'), 'error')
    expect(codeFromNodeError(thrown)).toEqual(NOT_SENT)
  })

  it('of a host that is not there', async () => {
    // A label of 64 characters is none, which is found out without asking anybody.
    const thrown = await new Promise<unknown>((resolve) => lookup(`${'a'.repeat(64)}.invalid`, resolve))
    expect(codeFromNodeError(thrown)).toEqual(NOT_SENT)
  })

  it('of a connection that is cut before, or in the midst of, the answer', async () => {
    const silent = await listening((socket) => void socket.on('error', () => {}).once('data', () => socket.destroy()))
    expect(codeFromNodeError(await failureOf(silent))).toEqual(MAYBE_SENT)
    const reset = await listening(
      (socket) => void socket.on('error', () => {}).once('data', () => socket.resetAndDestroy()),
    )
    expect(codeFromNodeError(await failureOf(reset))).toEqual(MAYBE_SENT)
    const half = await listening((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'))
    })
    expect(codeFromNodeError(await failureOf(half))).toEqual(MAYBE_SENT)
  })

  it('of a server that does not speak TLS', async () => {
    const port = await listening((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const [thrown] = await once(connectTls({ host: '127.0.0.1', port }), 'error')
    expect(codeFromNodeError(thrown)).toEqual(CONFIGURATION)
  })
})
