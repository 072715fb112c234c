import { describe, expect, it } from 'vitest'
import { token as recorded } from '../../test/fixture.ts'
import type { EndpointInterface } from '../options.ts'
import { endpointOf } from './endpoint.ts'
import { readToken, type CatalogueEndpoint, type TokenInfo } from './token.ts'

interface Asked {
  readonly type?: string
  readonly interface?: EndpointInterface
  readonly region?: string
  readonly overrides?: ReadonlyMap<string, URL>
  readonly endpoint?: URL
}

const real = readToken(recorded)

function find(token: TokenInfo | undefined, asked: Asked = {}): string {
  const { type = 'compute', interface: face = 'public', region, overrides = new Map(), endpoint } = asked
  return endpointOf(type, 'Nova', { overrides, endpoint, interface: face, region }, token).href
}

function tokenWith(...endpoints: readonly Partial<CatalogueEndpoint>[]): TokenInfo {
  return {
    project: undefined,
    scope: 'project',
    expiresAt: undefined,
    issuedAt: undefined,
    endpoints: endpoints.map((one) => ({
      type: 'compute',
      interface: 'public',
      region: 'One',
      url: 'https://a/',
      ...one,
    })),
  }
}

describe('a recorded login', () => {
  it('tells project, times and services', () => {
    expect(real).toMatchObject({
      project: { id: '7929923390814b8fa04e86e74e8b39f0', name: 'admin' },
      scope: 'project',
      expiresAt: Date.parse('2026-11-24T16:27:26Z'),
      issuedAt: Date.parse('2026-11-23T16:27:26Z'),
    })
    const types = new Set(real?.endpoints.map(({ type }) => type))
    expect([...types].sort()).toEqual(['baremetal', 'compute', 'identity', 'image', 'network', 'placement'])
  })

  it.each(['public', 'internal', 'admin'] as const)('tells where the %s endpoint of Nova is', (face) => {
    expect(find(real, { interface: face, region: 'RegionOne' })).toBe('http://127.0.0.1:8774/v2.1')
    expect(find(real, { interface: face })).toBe('http://127.0.0.1:8774/v2.1')
  })
})

describe('a service is found', () => {
  it.each<[string, Asked, string]>([
    ['by its interface', { interface: 'internal' }, 'https://b/'],
    ['by its region', { region: 'Two' }, 'https://c/'],
    ['where an option says', { overrides: new Map([['compute', new URL('https://d/')]]) }, 'https://d/'],
    ['where everything is', { endpoint: new URL('https://e/') }, 'https://e/'],
  ])('%s', (_how, asked, url) => {
    const token = tokenWith({}, { interface: 'internal', url: 'https://b/' }, { region: 'Two', url: 'https://c/' })
    expect(find(token, { ...(asked.region === undefined ? { region: 'One' } : {}), ...asked })).toBe(url)
  })

  it('without a region where there is but one', () => {
    expect(find(tokenWith({ region: undefined }))).toBe('https://a/')
    expect(find(tokenWith({}, { url: 'https://b/' }))).toBe('https://a/')
  })
})

describe('a service is not found', () => {
  it.each<[string, TokenInfo | undefined, Asked, string]>([
    ['of no such type', tokenWith({}), { type: 'image' }, 'the catalogue has no service "image"; it has compute'],
    ['with an empty catalogue', tokenWith(), {}, 'the catalogue has no service "compute"; it has nothing'],
    [
      'with no such interface',
      tokenWith({}, { interface: 'internal' }),
      { interface: 'admin' },
      'the catalogue has no admin endpoint of "compute"; it has internal, public',
    ],
    [
      'in no such region',
      tokenWith({}, { region: 'Two' }),
      { region: 'Three' },
      'the catalogue has no region "Three" of "compute"; it has One, Two',
    ],
    [
      'in several regions',
      tokenWith({}, { region: 'Two' }),
      {},
      'the catalogue has several regions of "compute", of which the option region must name one: One, Two',
    ],
    [
      'at an address that is none',
      tokenWith({ url: 'nova.example' }),
      {},
      'the catalogue\'s address of "compute" needs a scheme: https:// (or http://)',
    ],
    ['without a catalogue', undefined, {}, 'without a catalogue endpointOverride must say where "compute" is'],
  ])('%s', (_where, token, asked, problem) => {
    expect(() => find(token, asked)).toThrow(
      expect.objectContaining({
        code: 'failed-precondition',
        reason: 'openstack/no-endpoint',
        verdict: 'unsent',
        message: `Nova cannot be found: ${problem}`,
      }),
    )
  })
})

describe('a login that is not what was promised', () => {
  it.each([undefined, null, 'x', [], {}, { token: null }, { token: 'x' }])('%j is no token', (body) => {
    expect(readToken(body)).toBeUndefined()
  })

  it('without this and that is read as far as it goes', () => {
    const catalog = [
      null,
      { type: 'compute' },
      { type: 'x', endpoints: [{}, { interface: 'public' }] },
      { endpoints: [] },
    ]
    expect(readToken({ token: { catalog, expires_at: 'soon', project: { id: '' } } })).toEqual({
      project: undefined,
      scope: 'unscoped',
      expiresAt: undefined,
      issuedAt: undefined,
      endpoints: [],
    })
  })

  it.each([
    [{ project: { id: 'p', name: 'n' } }, 'project'],
    [{ domain: { id: 'd' } }, 'domain'],
    [{ system: { all: true } }, 'system'],
    [{ system: {} }, 'unscoped'],
    [{}, 'unscoped'],
  ])('%j is for %s', (token, scope) => {
    expect(readToken({ token })?.scope).toBe(scope)
  })
})
