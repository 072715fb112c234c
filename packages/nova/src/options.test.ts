import { InvalidRequestError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { nova } from './plugin.ts'
import { optionsSchema, type NovaOptions, type Settings } from './options.ts'

const auth = {
  authUrl: 'https://cloud.example:5000',
  username: 'demo',
  userDomainName: 'Default',
  password: 'secret',
  projectName: 'demo',
  projectDomainName: 'Default',
}

function settings(options: object): Settings {
  return (optionsSchema['~standard'].validate(options) as { value: Settings }).value
}

function problems(options: object): readonly string[] {
  try {
    nova(options)
    return []
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems
    throw error
  }
}

describe('options', () => {
  it('are no more than the name of a cloud, and have a default for everything else', () => {
    expect(settings({ cloud: 'prod' })).toEqual({
      cloud: 'prod',
      files: 'auto',
      forceDelete: false,
      reportPorts: false,
      settleMs: 30_000,
      pageSize: 1_000,
    })
  })

  it('survive JSON', () => {
    const all: NovaOptions = {
      auth,
      region: 'RegionOne',
      interface: 'internal',
      files: 'personality',
      keyName: 'ops',
      emptyNetworks: 'none',
      sizeFlavors: ['m1.small'],
      imageOwner: '0123456789abcdef0123456789abcdef',
      forceDelete: true,
      reportPorts: true,
      settleMs: 0,
      pageSize: 1,
    }
    const read: unknown = JSON.parse(JSON.stringify(all))
    expect(problems(read as object)).toEqual([])
    expect(settings(read as object)).toMatchObject({
      ...all,
      auth: { ...auth, password: expect.anything() as unknown },
    })
  })

  it('take a secret from a function', () => {
    expect(problems({ auth: { ...auth, password: async () => 'from a vault' } })).toEqual([])
  })

  it('name every problem at once', () => {
    const found = problems({
      cloud: 7,
      files: 'none',
      keyName: '',
      emptyNetworks: 'some',
      sizeFlavors: [],
      imageOwner: 1,
      forceDelete: 'yes',
      reportPorts: 1,
      settleMs: 600_001,
      pageSize: 0,
      flavour: 'x',
      timeout: 1,
    })
    expect(found).toHaveLength(12)
    expect(found.join()).toMatch(/cloud.*files.*keyName.*emptyNetworks.*sizeFlavors.*imageOwner.*forceDelete/s)
    expect(found.join()).toMatch(/reportPorts.*settleMs.*pageSize.*flavour.*timeout/s)
  })

  it('never echo a secret, or anything that stands in place of one', () => {
    const secret = 'hunter2-hunter2'
    for (const options of [
      { auth: { ...auth, password: { inner: secret } } },
      { auth: { ...auth, password: `${secret}\n` } },
      { auth: { ...auth, passwd: secret } },
      { auth: { ...auth, password: secret, token: secret } },
      { password: secret },
      { cloud: 'prod', keyName: [secret] },
    ]) {
      const found = problems(options)
      expect(found.length).toBeGreaterThan(0)
      expect(found.join()).not.toContain('hunter2')
    }
  })

  it.each([
    [{}, /cloud, fromEnvironment or auth/],
    [{ auth: { ...auth, authUrl: 'cloud.example:5000' } }, /authUrl/],
    [{ auth: { ...auth, authUrl: 'http://127.0.0.1:5000' } }, /plain http/],
    [{ cloud: 'prod', endpointOverride: { compute: 'http://127.0.0.1:8774' } }, /plain http/],
    [{ cloud: 'prod', caCert: 'no PEM' }, /caCert/],
    [{ cloud: 'prod', certificatePin: 'ab' }, /certificatePin/],
    [{ cloud: 'prod', files: 'Auto' }, /files/],
    [{ cloud: 'prod', sizeFlavors: [''] }, /sizeFlavors/],
    [{ cloud: 'prod', settleMs: -1 }, /settleMs: must be at least 0/],
    [{ cloud: 'prod', settleMs: 0.5 }, /settleMs: must be whole/],
    [{ cloud: 'prod', settleMs: Infinity }, /settleMs/],
    [{ cloud: 'prod', pageSize: 1_001 }, /pageSize: must be at most 1000/],
    [{ cloud: 'prod', one: 1, two: 2 }, /one.*two/s],
  ])('%j is refused', (options, words) => {
    expect(problems(options).join()).toMatch(words)
  })

  it.each([
    [{ fromEnvironment: true }],
    [{ auth: { ...auth, authUrl: 'http://127.0.0.1:5000' }, allowInsecureHttp: true }],
    [{ auth: { authUrl: auth.authUrl, applicationCredentialId: 'x', applicationCredentialSecret: 'y' } }],
    [{ cloud: 'prod', settleMs: 600_000, pageSize: 1_000 }],
  ])('%j is taken', (options) => {
    expect(problems(options)).toEqual([])
  })
})
