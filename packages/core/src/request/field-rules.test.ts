import { describe, expect, it } from 'vitest'
import type { BuildRequest } from '../build-request.ts'
import { fieldProblems, fileSetProblems, quoted } from './field-rules.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaTfXCAqbYPXwVs8soGtkr+7rjCUgmyI13XuX3Hjb6+'
const many = (count: number, prefix: string = 'x'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)
const problems = (fields: object, maxNetworks?: number): readonly string[] => [...fieldProblems(fields, maxNetworks)]

describe('the fields of a request', () => {
  it('break no rule where they are right, or left out', () => {
    const right: BuildRequest = {
      flavor: 'small',
      imageId: 'i'.repeat(255),
      placementGroupId: 'g',
      availabilityZone: 'z',
      keys: Array.from({ length: 64 }, () => KEY),
      secGroups: many(64),
      networkIds: many(8),
      portIds: many(8),
    }
    expect(problems(right)).toEqual([])
    expect(problems({})).toEqual([])
  })

  it('are all named at once, in order', () => {
    const wrong = {
      flavor: '',
      imageId: '..',
      placementGroupId: 7,
      availabilityZone: 'a\n',
      keys: ['x', KEY, null],
      secGroups: [''],
      networkIds: [7],
      portIds: ['', ''],
    }
    expect(problems(wrong)).toEqual([
      'flavor is empty',
      'imageId is an id, not ".."',
      'placementGroupId is a string; found number',
      'availabilityZone holds control or broken characters',
      'keys[0] begins with the key type, such as ssh-ed25519; options before it are refused',
      'keys[2] is a string; found null',
      'secGroups[0] is empty',
      'networkIds[0] is a string; found number',
      'portIds[0] is empty',
      'portIds[1] is empty',
      'portIds names one of them twice',
    ])
  })

  it.each([
    ['keys', 64, KEY],
    ['secGroups', 64, 'x'],
    ['networkIds', 8, 'x'],
    ['portIds', 8, 'x'],
  ])('%s holds at most %i, and is read no further', (field, max, value) => {
    const values = Array.from({ length: max + 1 }, (_, index) => (field === 'keys' ? value : `${value}${index}`))
    expect(problems({ [field]: values.slice(1) })).toEqual([])
    expect(problems({ [field]: values })).toEqual([`${field} holds at most ${max}; found ${max + 1}`])
    expect(problems({ [field]: Array.from({ length: max + 1 }, (_, index) => index) })).toEqual([
      `${field} holds at most ${max}; found ${max + 1}`,
    ])
  })

  it.each(['keys', 'secGroups', 'networkIds', 'portIds'])('%s is an array', (field) => {
    expect(problems({ [field]: 'ab' })).toEqual([`${field} is an array; found string`])
    expect(problems({ [field]: null })).toEqual([`${field} is an array; found null`])
  })

  it('may name a network twice, but no port', () => {
    expect(problems({ networkIds: ['n', 'n'], secGroups: ['s', 's'] })).toEqual([])
    expect(problems({ portIds: ['p', 'q', 'p'] })).toEqual(['portIds names one of them twice'])
  })

  it('hold as many networks as the driver takes, and never more than 8', () => {
    expect(problems({ networkIds: many(3) }, 3)).toEqual([])
    expect(problems({ networkIds: many(4) }, 3)).toEqual(['networkIds holds at most 3; found 4'])
    expect(problems({ networkIds: many(9) }, 100)).toEqual(['networkIds holds at most 8; found 9'])
    expect(problems({ portIds: many(8) }, 3)).toEqual([])
  })

  it('give a flavor as a name or as sizes above 0', () => {
    expect(problems({ flavor: { vcpus: 0.5, memoryMiB: 1, storageGiB: 1e6 } })).toEqual([])
    expect(problems({ flavor: { vcpus: undefined } })).toEqual([])
    expect(problems({ flavor: {} })).toEqual([])
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '2', null, 2n]) {
      expect(problems({ flavor: { memoryMiB: value } })).toEqual(['flavor.memoryMiB is a number above 0'])
    }
    expect(problems({ flavor: { vcpus: 0, cpu: 1, storageGiB: -1 } })).toEqual([
      'flavor.vcpus is a number above 0',
      'flavor has vcpus, memoryMiB, storageGiB; found "cpu"',
      'flavor.storageGiB is a number above 0',
    ])
    for (const flavor of [7, null, ['small'], true]) {
      expect(problems({ flavor })).toEqual([
        'flavor is a name, or { vcpus, memoryMiB, storageGiB }; found something else',
      ])
    }
  })
})

describe('the set of files', () => {
  it('may be left out', () => {
    expect([...fileSetProblems(undefined, 5)]).toEqual([])
    expect([...fileSetProblems({}, 0)]).toEqual([])
  })

  it('holds five and refuses a sixth', () => {
    const files = Object.fromEntries(many(6, '/f').map((path) => [path, 'x']))
    const { '/f0': _left, ...five } = files
    expect([...fileSetProblems(five, 5)]).toEqual([])
    expect([...fileSetProblems(files, 5)]).toEqual(['configDriveFiles holds at most 5 files; found 6'])
  })

  it('names every bad path, and no content', () => {
    expect([...fileSetProblems({ a: 'canary', '/ok': 'canary', '/..': 'canary', '/a\n': 'canary' }, 3)]).toEqual([
      'configDriveFiles holds at most 3 files; found 4',
      'configDriveFiles["a"] is not absolute',
      'configDriveFiles["/.."] holds an empty, "." or ".." segment',
      'configDriveFiles["/a\\n"] holds a NUL or another control character',
    ])
  })

  it('is a record', () => {
    for (const files of [null, [], 'x', 7, new Map()]) {
      expect([...fileSetProblems(files, 5)]).toEqual([
        'configDriveFiles maps absolute paths to contents; found something else',
      ])
    }
  })
})

describe('a value in a message', () => {
  it('is cut behind 80 characters, and escaped', () => {
    expect(quoted('a'.repeat(80))).toBe(`"${'a'.repeat(80)}"`)
    expect(quoted('a'.repeat(81))).toBe(`"${'a'.repeat(80)}…"`)
    expect(quoted('a"\n\u0000')).toBe('"a\\"\\n\\u0000"')
  })
})
