import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuthSettings } from '../options.ts'
import { Secret } from '../secret.ts'
import { mergeAuth, mergeLayers } from './layer.ts'

const password = new Secret('canary-1')
const other = new Secret('canary-2')

describe('who we are, said twice', () => {
  it.each<[string, AuthSettings, AuthSettings, AuthSettings]>([
    ['key by key', { username: 'b' }, { username: 'a', authUrl: 'u' }, { username: 'b', authUrl: 'u' }],
    ['an id displaces a name', { projectId: 'p' }, { projectName: 'demo' }, { projectId: 'p' }],
    ['a name displaces an id', { username: 'demo' }, { userId: 'u' }, { username: 'demo' }],
    [
      'another project keeps its domain',
      { projectName: 'b' },
      { projectName: 'a', projectDomainName: 'Default' },
      { projectName: 'b', projectDomainName: 'Default' },
    ],
    [
      'a domain displaces a project',
      { domainId: 'd' },
      { projectName: 'a', projectDomainName: 'Default', username: 'demo' },
      { domainId: 'd', projectDomainName: 'Default', username: 'demo' },
    ],
    ['the system displaces a project', { systemScope: 'all' }, { projectId: 'a' }, { systemScope: 'all' }],
    ['a project displaces the system', { projectId: 'a' }, { systemScope: 'all' }, { projectId: 'a' }],
    [
      'another secret displaces the first, and the type with it',
      { applicationCredentialId: 'ac', applicationCredentialSecret: other },
      { type: 'password', password, username: 'demo' },
      { applicationCredentialId: 'ac', applicationCredentialSecret: other, username: 'demo' },
    ],
    ['a type stays where no secret is said', { username: 'b' }, { type: 'none' }, { type: 'none', username: 'b' }],
    ['what is undefined says nothing', { username: undefined }, { username: 'a' }, { username: 'a' }],
  ])('%s', (_rule, upper, lower, merged) => {
    expect(mergeAuth(upper, lower)).toStrictEqual(merged)
  })

  const text = fc.option(fc.string(), { nil: undefined })
  const auth: fc.Arbitrary<AuthSettings> = fc.record({
    username: text,
    userId: text,
    projectName: text,
    projectId: text,
    domainName: text,
    systemScope: fc.constantFrom<['all', undefined]>('all', undefined),
    password: fc.constantFrom(password, other, undefined),
  })

  it('has everything that the upper one says', () => {
    fc.assert(
      fc.property(auth, auth, (upper, lower) => {
        expect(mergeAuth(upper, lower)).toMatchObject(JSON.parse(JSON.stringify(upper, hidden)) as object)
      }),
    )
  })

  it('is what the lower one says where the upper one says nothing, and the other way round', () => {
    fc.assert(
      fc.property(auth, (one) => {
        expect(mergeAuth({}, one)).toEqual(one)
        expect(mergeAuth(one, {})).toEqual(one)
      }),
    )
  })

  it('never has a user both ways, unless one source already had', () => {
    fc.assert(
      fc.property(auth, auth, (upper, lower) => {
        fc.pre(upper.username === undefined || upper.userId === undefined)
        fc.pre(lower.username === undefined || lower.userId === undefined)
        const { username, userId } = mergeAuth(upper, lower)
        expect(username === undefined || userId === undefined).toBe(true)
      }),
    )
  })
})

describe('a cloud, said twice', () => {
  it('is merged key by key, overrides by service', () => {
    const lower = {
      where: 'the entry',
      auth: { username: 'a' },
      region: 'A',
      endpointOverride: { compute: 'c', image: 'i' },
      caFile: '/ca.pem',
    }
    const upper = {
      where: 'the options',
      auth: {},
      region: undefined,
      endpointOverride: { compute: 'x' },
      caCert: 'PEM',
    }
    expect(mergeLayers(upper, lower)).toEqual({
      where: 'the options, with the entry',
      auth: { username: 'a' },
      region: 'A',
      endpointOverride: { compute: 'x', image: 'i' },
      caCert: 'PEM',
      caFile: undefined,
    })
  })
})

function hidden(_key: string, value: unknown): unknown {
  return value === '[redacted]' ? undefined : value
}
