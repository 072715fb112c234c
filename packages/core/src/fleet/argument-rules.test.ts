import { describe, expect, it } from 'vitest'
import { attachProblem, groupProblem, queryProblem, stateProblem, textProblem } from './argument-rules.ts'

const NAME = 'name is 1 to 128 letters, digits, "_", "." and "-", a letter or digit first; found "-"'

describe('a text beside an id', () => {
  it('is any that the backend can be asked with', () => {
    expect(textProblem('portId', 'p')).toBeUndefined()
    expect(textProblem('portId', 'p'.repeat(255))).toBeUndefined()
  })

  it.each([
    ['', 'portId is empty'],
    [undefined, 'portId is a string; found undefined'],
    [null, 'portId is a string; found null'],
    [7, 'portId is a string; found number'],
    ['p'.repeat(256), 'portId has at most 255 characters; found 256'],
    ['..', 'portId is an id, not ".."'],
    ['p\r\n', 'portId holds control or broken characters'],
  ])('is not %j', (value, problem) => {
    expect(textProblem('portId', value)).toBe(problem)
  })
})

describe('a query', () => {
  it('names an id or a name', () => {
    expect(queryProblem({ id: 'east/1' })).toBeUndefined()
    expect(queryProblem({ id: 7 }), 'what an id is, is checked where it is split').toBeUndefined()
    expect(queryProblem({ name: 'web-1' })).toBeUndefined()
    expect(queryProblem({ name: 'web-1', id: undefined, driver: 'east' })).toBeUndefined()
  })

  it('names one of the two', () => {
    expect(queryProblem({ id: 'east/1', name: 'web-1' })).toBe('a query names an id or a name, not both')
    for (const query of [{}, undefined, null, { driver: 'east' }]) {
      expect(queryProblem(query)).toBe('a query must be { id } or { name }; found neither')
    }
    expect(queryProblem('east/1')).toBe('a query must be { id } or { name }; found "east/1"')
    expect(queryProblem({ name: 'web-1', binding: 'east' })).toBe('a query has id, name, driver; found "binding"')
    expect(queryProblem({ id: 'east/1', driver: 'west' })).toBe('driver goes with a name; an id says it itself')
    expect(queryProblem({ name: '-' })).toBe(NAME)
    expect(queryProblem({ name: null })).toBe('name is a string; found null')
  })
})

describe('an awaited state', () => {
  it('is one that there is', () => {
    for (const state of ['active', 'deleted', 'unknown']) expect(stateProblem(state)).toBeUndefined()
    const rule = 'the awaited state must be one of building, active, suspending, suspended, resuming, stopped, '
    expect(stateProblem('Active')).toBe(`${rule}deleting, deleted, error, unknown; found "Active"`)
    for (const state of ['toString', '', null, undefined, 7]) expect(stateProblem(state)).toContain(rule)
  })
})

describe('what is attached', () => {
  it('is a network, with or without an address, or a port', () => {
    for (const target of [
      { networkId: 'n' },
      { networkId: 'n', ipAddress: '10.0.0.1' },
      { networkId: 'n', ipAddress: 'fd00::1' },
      { portId: 'p' },
    ]) {
      expect(attachProblem(target)).toBeUndefined()
    }
  })

  it('is one of the two', () => {
    for (const target of [{}, undefined, null, 'n', { networkId: 'n', portId: 'p' }, { ipAddress: '10.0.0.1' }]) {
      expect(attachProblem(target)).toBe('a target is { networkId } or { portId }, one of the two')
    }
  })

  it('has an address only in a network, and a real one', () => {
    expect(attachProblem({ portId: 'p', ipAddress: '10.0.0.1' })).toBe('ipAddress goes with networkId')
    for (const ipAddress of ['', 'host', '10.0.0.1/24', '10.0.0.256', '10.0.0.1\n', 7, null]) {
      expect(attachProblem({ networkId: 'n', ipAddress })).toBe('ipAddress is an IPv4 or IPv6 address')
    }
  })

  it('is an id that no URL resolves', () => {
    expect(attachProblem({ networkId: '..' })).toBe('networkId is an id, not ".."')
    expect(attachProblem({ portId: '..' })).toBe('portId is an id, not ".."')
    expect(attachProblem({ portId: null })).toBe('portId is a string; found null')
    expect(attachProblem({ networkId: '' })).toBe('networkId is empty')
  })
})

describe('a placement group', () => {
  it('has a name and one of four policies', () => {
    for (const policy of ['anti-affinity', 'soft-anti-affinity', 'affinity', 'soft-affinity']) {
      expect(groupProblem({ name: 'web', policy })).toBeUndefined()
    }
    expect(groupProblem({ name: '-', policy: 'affinity' })).toBe(NAME)
    expect(groupProblem(undefined)).toBe('name is a string; found undefined')
    const rule = 'policy must be one of anti-affinity, soft-anti-affinity, affinity, soft-affinity; found'
    expect(groupProblem({ name: 'web', policy: 'Affinity' })).toBe(`${rule} "Affinity"`)
    expect(groupProblem({ name: 'web', policy: null })).toBe(`${rule} null`)
    expect(groupProblem({ name: 'web' })).toBe(`${rule} undefined`)
  })
})
