import { describe, expect, it } from 'vitest'
import { fixture, fixtureText } from '../test/fixture.ts'
import { addressesOf, amphoraOf, amphoraOfRow, isNetwork } from './decode.ts'
import { readContainer, readEvent, readRow } from './read-wire.ts'
import type { WireContainer, WireEndpoint, WireRow } from './wire.ts'

const NOW = Date.parse('2026-11-25T18:00:00Z')

function recorded(name: string): WireContainer {
  const container = readContainer(fixture(name))
  if (container === undefined) throw new Error(`${name} is not readable`)
  return container
}

function recordedRows(): readonly WireRow[] {
  const rows = (fixture('list') as unknown[]).map(readRow)
  return rows.filter((row) => row !== undefined)
}

describe('a recorded container', () => {
  it("becomes an amphora with its addresses in the order of the request, which is not the engine's", () => {
    const amphora = amphoraOf(recorded('container-running'), NOW)
    expect(Object.keys(recorded('container-running').Networks)).toEqual(['rec-aa', 'rec-zz'])
    expect(amphora).toMatchObject({
      name: 'web',
      type: 'Container',
      imageId: 'amphora/haproxy:test',
      status: { state: 'active', raw: 'running' },
      addresses: [{ family: 4 }, { family: 4, ip: expect.stringMatching(/^10\.77\.0\./) as unknown }],
    })
    expect(amphora.addresses[1]?.portId).toBe(amphora.addresses[1]?.networkId)
    expect(amphora.createdAt).toMatch(/^2026-11-25T\d\d:\d\d:\d\dZ$/)
    expect(JSON.parse(JSON.stringify(amphora))).toEqual(amphora)
  })

  it.each([
    ['container-created', { state: 'building', raw: 'created' }],
    ['container-paused', { state: 'suspended', raw: 'paused' }],
    ['container-health-starting', { state: 'building', raw: 'running/starting' }],
    ['container-unhealthy', { state: 'error', raw: 'running/unhealthy', reason: 'docker/unhealthy' }],
    ['container-exited-0', { state: 'stopped', raw: 'exited/0' }],
    ['container-exited-3', { state: 'error', raw: 'exited/3', fault: 'exit code 3' }],
    ['container-oom', { state: 'error', raw: 'exited/137', fault: 'out of memory' }],
    ['container-start-failed', { state: 'error', reason: 'docker/start-failed' }],
  ])('%s reads %j', (name, status) => {
    expect(amphoraOf(recorded(name), NOW).status).toMatchObject(status)
  })

  it('without an address has none, and no empty texts', () => {
    expect(amphoraOf(recorded('container-created'), NOW).addresses).toEqual([])
  })
})

describe('a recorded list', () => {
  it('reads wherever its rows tell enough, and is silent where they do not', () => {
    const states = Object.fromEntries(
      recordedRows().map((row) => [row.Names[0], amphoraOfRow(row)?.status.state ?? 'not told']),
    )
    expect(states).toEqual({
      '/rec-web': 'suspended',
      '/rec-health': 'not told',
      '/rec-exit0': 'stopped',
      '/rec-exit3': 'error',
      '/rec-oom': 'not told',
      '/rec-bad': 'not told',
      '/rec-bad2': 'not told',
    })
  })

  it('gives the same amphora as an inspect does', () => {
    const row = recordedRows().find(({ Names }) => Names[0] === '/rec-exit3')
    const container = recorded('container-exited-3')
    if (row === undefined) throw new Error('the row is there')
    expect(amphoraOfRow(row)).toEqual(amphoraOf(container, NOW))
  })
})

describe('recorded events', () => {
  it('are read with their labels', () => {
    const events = fixtureText('events.jsonl')
      .trim()
      .split('\n')
      .map((line) => readEvent(JSON.parse(line)))
    expect(events.map((event) => event?.action)).toContain('health_status: unhealthy')
    expect(events.at(-1)).toMatchObject({ action: 'destroy', attributes: { 'amphora.name': 'web' } })
  })
})

describe('an answer of the wrong shape', () => {
  const good = fixture('container-running') as Record<string, unknown>

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a text', 'container'],
    ['no id', { ...good, Id: undefined }],
    ['a null id', { ...good, Id: null }],
    ['a short id', { ...good, Id: 'abc' }],
    ['an id in capitals', { ...good, Id: 'A'.repeat(64) }],
    ['no name', { ...good, Name: undefined }],
    ['no state', { ...good, State: undefined }],
    ['a state without a status', { ...good, State: {} }],
    ['labels that are a list', { ...good, Config: { Labels: ['x'] } }],
    ['networks that are a list', { ...good, NetworkSettings: { Networks: [] } }],
  ])('%s is no container', (_what, json) => {
    expect(readContainer(json)).toBeUndefined()
  })

  it('takes nothing from a prototype', () => {
    const json: unknown = JSON.parse(`{"__proto__": ${JSON.stringify(good)}}`)
    expect(readContainer(json)).toBeUndefined()
  })

  it('survives what a container may leave out', () => {
    const bare = { Id: good['Id'], Name: '/x', State: { Status: 'created' } }
    const container = readContainer(bare)
    expect(container && amphoraOf(container, NOW)).toEqual({
      id: good['Id'],
      name: '',
      type: 'Container',
      status: { state: 'building', raw: 'created' },
      addresses: [],
    })
  })

  it.each([[{ ...good, Created: 'yesterday' }], [{ ...good, Created: '0001-01-01T00:00:00Z' }]])(
    'does not invent a date',
    (json) => {
      const container = readContainer(json)
      expect(container && amphoraOf(container, NOW)).not.toHaveProperty('createdAt')
    },
  )
})

describe('addresses', () => {
  const endpoint = (ip: string | undefined, id: string, v6?: string): WireEndpoint => ({
    NetworkID: id.repeat(64),
    IPAddress: ip,
    GlobalIPv6Address: v6,
    MacAddress: undefined,
  })

  it('follow networks named by id, by the beginning of an id, and by name; the rest comes after by name', () => {
    const networks = {
      late: endpoint('1.0.0.5', 'e'),
      alpha: endpoint('1.0.0.1', 'a', 'fd00::1'),
      beta: endpoint('1.0.0.2', 'b'),
      extra: endpoint('1.0.0.4', 'd'),
      gamma: endpoint('1.0.0.3', 'c'),
    }
    const labels = { 'amphora.networks': `${'c'.repeat(64)},beta,${'a'.repeat(12)}` }
    expect(addressesOf(networks, labels).map(({ ip, family }) => `${ip}/${family}`)).toEqual([
      '1.0.0.3/4',
      '1.0.0.2/4',
      '1.0.0.1/4',
      'fd00::1/6',
      '1.0.0.4/4',
      '1.0.0.5/4',
    ])
  })

  it('take a short text for a name only', () => {
    expect(isNetwork('aaaa', 'net', 'a'.repeat(64))).toBe(false)
    expect(isNetwork('a'.repeat(12), 'net', 'a'.repeat(64))).toBe(true)
    expect(isNetwork('net', 'net', undefined)).toBe(true)
  })
})
