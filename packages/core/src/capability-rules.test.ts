import { expect, it } from 'vitest'
import { capabilityProblems } from './capability-rules.ts'

const problems = (declared: unknown): readonly string[] => [...capabilityProblems(declared)]
const TYPES = 'capabilities.types names at least one of VM, Container, BareMetal, HWLoadBalancer and nothing else'
const full = {
  types: ['VM', 'Container', 'BareMetal', 'HWLoadBalancer'],
  flavor: 'named',
  image: true,
  keys: true,
  secGroups: true,
  networks: { max: 8 },
  ports: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  userData: { maxBytes: 1 },
  suspend: 'disk',
  placementGroups: true,
  availabilityZones: true,
  attach: true,
  watch: true,
}

it('takes every capability there is, and any that it does not know', () => {
  expect(problems(full)).toEqual([])
  expect(problems({ types: ['VM'], snapshots: { max: 1 } })).toEqual([])
  for (const flavor of ['named', 'sized', 'either', undefined]) expect(problems({ ...full, flavor })).toEqual([])
  for (const suspend of ['memory', 'disk', undefined]) expect(problems({ ...full, suspend })).toEqual([])
  expect(
    problems({ ...full, networks: { max: 1 }, files: { maxCount: 1, maxBytes: 1 }, userData: { maxBytes: 2 ** 40 } }),
  ).toEqual([])
})

it('wants at least one type that there is', () => {
  for (const types of [undefined, [], ['Vm'], ['VM', 'Pod'], 'VM', { 0: 'VM', length: 1 }]) {
    expect(problems({ ...full, types })).toEqual([TYPES])
  }
  for (const declared of [undefined, null, 'x', []]) expect(problems(declared)).toEqual([TYPES])
})

it.each(['image', 'keys', 'secGroups', 'ports', 'placementGroups', 'availabilityZones', 'attach', 'watch'])(
  'wants true for %s, which is not switched off by false',
  (name) => {
    for (const value of [false, 1, 'yes', {}, null]) {
      expect(problems({ ...full, [name]: value })).toEqual([`capabilities.${name} is true or left out`])
    }
  },
)

it('wants one of the words for a flavor and a suspend', () => {
  for (const value of [true, 'other', null, '']) {
    expect(problems({ ...full, flavor: value })).toEqual(['capabilities.flavor is named, sized, either, or left out'])
    expect(problems({ ...full, suspend: value })).toEqual(['capabilities.suspend is memory, disk, or left out'])
  }
})

it.each([
  ['networks', { max: 9 }, ['networks.max is a whole number from 1 to 8']],
  ['networks', true, ['networks.max is a whole number from 1 to 8']],
  ['networks', { max: 0 }, ['networks.max is a whole number from 1 to 8']],
  ['files', { maxCount: 6, maxBytes: 10_240 }, ['files.maxCount is a whole number from 1 to 5']],
  ['files', { maxCount: 5, maxBytes: 10_241 }, ['files.maxBytes is a whole number from 1 to 10240']],
  [
    'files',
    { maxCount: 1.5 },
    ['files.maxCount is a whole number from 1 to 5', 'files.maxBytes is a whole number from 1 to 10240'],
  ],
  ['files', null, ['files.maxCount is a whole number from 1 to 5', 'files.maxBytes is a whole number from 1 to 10240']],
  ['userData', true, ['userData.maxBytes is a whole number from 1 to 9007199254740991']],
  ['userData', { maxBytes: '64' }, ['userData.maxBytes is a whole number from 1 to 9007199254740991']],
  ['userData', { maxBytes: Number.NaN }, ['userData.maxBytes is a whole number from 1 to 9007199254740991']],
])('refuses %s: %j', (name, value, expected) => {
  expect(problems({ ...full, [name]: value })).toEqual(expected.map((problem) => `capabilities.${problem}`))
})

it('names every problem at once', () => {
  expect(problems({ types: [], image: false, flavor: 1, suspend: 1, networks: {}, userData: {} })).toHaveLength(6)
})
