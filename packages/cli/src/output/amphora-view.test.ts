import type { Amphora } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { amphoraTable, amphoraView, painted, statusView } from './amphora-view.ts'
import { styleOf } from './style.ts'

const pipe = styleOf({}, {}, true)
const terminal = styleOf({ isTTY: true, columns: 80 }, {}, true)
const amphora: Amphora = {
  id: 'lab/1',
  name: 'lb-1',
  type: 'VM',
  status: { state: 'error', up: false, raw: 'ERROR/None', fault: 'no valid host', reason: 'nova/no-valid-host' },
  addresses: [
    { ip: '10.0.0.2', family: 4, networkId: 'front' },
    { ip: 'fd00::2', family: 6 },
  ],
  flavor: 'small',
  imageId: 'haproxy',
  availabilityZone: 'a',
  createdAt: '2026-01-01T00:00:00Z',
}

it('shows everything that is known of one', () => {
  expect(amphoraView(amphora, pipe)).toBe(
    [
      'name     lb-1',
      'id       lab/1',
      'type     VM',
      'state    error',
      'says     ERROR/None',
      'fault    no valid host',
      'reason   nova/no-valid-host',
      'address  10.0.0.2 on front',
      'address  fd00::2',
      'flavor   small',
      'image    haproxy',
      'zone     a',
      'created  2026-01-01T00:00:00Z',
      '',
    ].join('\n'),
  )
  expect(statusView('lab/1', amphora.status, pipe)).toContain('fault   no valid host\n')
})

it('shows of many the first address, and how many more there are', () => {
  expect(amphoraTable([amphora, { ...amphora, addresses: [] }], pipe)).toBe(
    'NAME  TYPE  STATE  ADDRESS      ID\nlb-1  VM    error  10.0.0.2 +1  lab/1\nlb-1  VM    error  -            lab/1\n',
  )
})

describe('a state', () => {
  it('is green where all is well, red where it is not, and yellow in between', () => {
    const { green, red, yellow } = terminal.colors
    expect(painted('x', 'active', terminal)).toBe(green('x'))
    expect(painted('x', 'error', terminal)).toBe(red('x'))
    expect(painted('x', 'unknown', terminal)).toBe(red('x'))
    expect(painted('x', 'building', terminal)).toBe(yellow('x'))
    expect(painted('x', 'active', pipe)).toBe('x')
  })
})
