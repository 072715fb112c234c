import { InvalidRequestError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { docker } from './plugin.ts'
import { networkProblem, optionsSchema, type Settings } from './options.ts'

function settings(options: object): Settings {
  const result = optionsSchema['~standard'].validate(options) as { value: Settings }
  return result.value
}

function problems(options: object): readonly string[] {
  try {
    docker(options)
    return []
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems
    throw error
  }
}

const PEM = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n'
const tls = { ca: PEM, cert: PEM, key: PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY') }

describe('options', () => {
  it('have a default for everything', () => {
    expect(settings({})).toEqual({
      endpoint: { kind: 'unix', socketPath: '/var/run/docker.sock' },
      flavors: {},
      pull: 'missing',
      pullTimeoutMs: 600_000,
      network: undefined,
      authorizedKeysPath: '/etc/amphora/authorized_keys',
      userDataPath: '/etc/amphora/user-data',
      capAdd: [],
      volumes: [],
      readonlyRootfs: false,
      storageQuota: false,
      ownerPrefix: true,
      pageSize: 1000,
    })
  })

  it('survive JSON', () => {
    const all = {
      host: 'engine.example',
      port: 2376,
      tls,
      flavors: { small: { vcpus: 0.5, memoryMiB: 64 } },
      pull: 'never' as const,
      capAdd: ['NET_ADMIN' as const],
      volumes: ['/etc/amphora'],
      readonlyRootfs: true,
    }
    expect(problems(JSON.parse(JSON.stringify(all)) as object)).toEqual([])
    expect(settings(all)).toMatchObject({ endpoint: { kind: 'tls', host: 'engine.example', port: 2376, tls } })
  })

  it('name every problem at once', () => {
    const found = problems({
      socketPath: 'relative',
      pull: 'always',
      capAdd: ['SYS_ADMIN'],
      privileged: true,
      port: 70_000,
    })
    expect(found).toHaveLength(5)
    expect(found.join()).toMatch(/socketPath.*pull.*capAdd.*privileged/s)
  })

  it('never echo a secret', () => {
    const secret = 'hunter2-hunter2'
    const found = problems({ host: 'engine.example', tls: { cert: secret, key: secret, passphrase: secret } })
    expect(found.length).toBeGreaterThan(0)
    expect(found.join()).not.toContain(secret)
  })

  it.each([
    [{ host: 'engine.example' }, /needs tls/],
    [{ host: 'engine.example', allowInsecure: true }, /needs tls/],
    [{ host: '127.0.0.1' }, /needs tls/],
    [{ host: '127.0.0.1.evil.example', allowInsecure: true }, /needs tls/],
    [{ host: 'tcp://127.0.0.1', allowInsecure: true }, /host/],
    [{ host: 'engine.example', tls, socketPath: '/x.sock' }, /exclude each other/],
    [{ tls }, /belong to host/],
    [{ port: 2376 }, /belong to host/],
    [{ readonlyRootfs: true }, /needs volumes/],
    [{ authorizedKeysPath: '/a', userDataPath: '/a' }, /must differ/],
    [{ authorizedKeysPath: '/etc/../x' }, /authorizedKeysPath/],
    [{ userDataPath: '/proc/x' }, /userDataPath/],
    [{ volumes: ['relative'] }, /volumes/],
    [{ network: 'host' }, /network/],
    [{ network: 'container:abc' }, /network/],
    [{ flavors: { empty: {} } }, /flavors/],
    [{ flavors: { odd: { vcpus: 0 } } }, /flavors/],
    [{ flavors: { odd: { cores: 1 } } }, /flavors/],
    [{ pullTimeoutMs: 0 }, /pullTimeoutMs/],
    [{ pageSize: 1001 }, /pageSize/],
    [{ one: 1, two: 2 }, /one.*two/s],
    [{ capAdd: ['ALL'] }, /capAdd/],
  ])('%j is refused', (options, words) => {
    expect(problems(options).join()).toMatch(words)
  })

  it.each([
    [
      { host: '127.0.0.1', allowInsecure: true },
      { kind: 'tcp', host: '127.0.0.1', port: 2375 },
    ],
    [
      { host: 'localhost', allowInsecure: true },
      { kind: 'tcp', host: 'localhost', port: 2375 },
    ],
    [
      { host: '::1', allowInsecure: true, port: 1234 },
      { kind: 'tcp', host: '::1', port: 1234 },
    ],
    [
      { host: 'engine.example', tls },
      { kind: 'tls', host: 'engine.example', port: 2376, tls },
    ],
  ])('%j is an engine on TCP', (options, endpoint) => {
    expect(settings(options).endpoint).toEqual(endpoint)
  })
})

describe('a network', () => {
  it.each(['front', 'a', 'front_1.b-c', 'bridge', 'a'.repeat(64)])('may be called %s', (name) => {
    expect(networkProblem(name)).toBeUndefined()
  })

  it.each(['host', 'none', 'default', 'container:web', 'ns:/proc/1/ns/net', '', '-x', 'a/b', 'a b', '../x'])(
    'may not be called %j',
    (name) => {
      expect(networkProblem(name)).toBeTypeOf('string')
    },
  )
})
