import type { Capabilities } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { tinySubject } from '../test/tiny-driver.ts'
import { applies, missing, type Rule } from './rule.ts'
import { rules } from './rules.ts'

const rule: Rule = { id: 'a/b', level: 'must', title: '', check: async () => {} }
const none: Capabilities = { types: ['VM'] }

describe('a rule applies', () => {
  it('to every driver, unless it says when', () => {
    expect(applies(rule, none)).toBe(true)
  })

  it('where its capability is declared', () => {
    const files = { ...rule, when: { declares: 'files' } } as const
    expect(applies(files, none)).toBe(false)
    expect(applies(files, { ...none, files: { maxCount: 1, maxBytes: 1 } })).toBe(true)
  })

  it('where it is not', () => {
    const noKeys = { ...rule, when: { lacks: 'keys' } } as const
    expect(applies(noKeys, none)).toBe(true)
    expect(applies(noKeys, { ...none, keys: true })).toBe(false)
  })

  it.each([
    [undefined, true],
    ['named', true],
    ['sized', true],
    ['either', false],
  ] as const)('about flavors that are refused, where %s is declared: %s', (flavor, expected) => {
    const capabilities = flavor === undefined ? none : { ...none, flavor }
    expect(applies({ ...rule, when: { lacks: 'flavor' } }, capabilities)).toBe(expected)
  })
})

it('names what a subject does not give', () => {
  const needy = { ...rule, needs: ['inventory', 'down', 'unknownImage', 'pageSize'] } as const
  const subject = tinySubject()
  expect(missing(rule, subject)).toEqual([])
  expect(missing(needy, subject)).toEqual(['inventory', 'down', 'unknownImage', 'pageSize'])
  expect(missing(needy, { ...subject, backend: { inventory: () => [] }, pageSize: 3 })).toEqual([
    'down',
    'unknownImage',
  ])
})

describe('the rules', () => {
  const ids = rules.map(({ id }) => id)

  it('have ids of their own, in the form family/demand', () => {
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^[a-z]+\/[a-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(id))).toEqual([])
  })

  it('judge the whole run only when all others have run', () => {
    const orders = rules.map(({ order }) => order)
    expect(orders.slice(orders.indexOf('last')).every((order) => order === 'last')).toBe(true)
  })
})
