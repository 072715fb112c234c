import * as v from 'valibot'
import { expect, it } from 'vitest'
import { ensureNamed, listOf, listOfKind, oneOf } from './named.ts'

it('reads a list and one thing by their key', () => {
  expect(listOf({ flavors: [{ id: '1', name: 'a', links: [] }], links: [] }, 'flavors')).toEqual([
    { id: '1', name: 'a' },
  ])
  expect(listOfKind({ nodes: [{ uuid: 'u' }] }, 'nodes', v.object({ uuid: v.string() }))).toEqual([{ uuid: 'u' }])
  expect(oneOf({ flavor: { id: '1', name: 'a' } }, 'flavor')).toEqual({ id: '1', name: 'a' })
})

it.each([undefined, {}, { flavors: null }, { flavors: [{ id: 1, name: 'a' }] }])('refuses %j', (answer) => {
  expect(() => listOf(answer, 'flavors')).toThrow(v.ValiError)
})

it('makes what is missing, and only that', async () => {
  const make = (name: string) => Promise.resolve({ id: `made-${name}`, name })
  expect(await ensureNamed('a', [{ id: '1', name: 'a' }], make)).toBe('1')
  expect(await ensureNamed('b', [{ id: '1', name: 'a' }], make)).toBe('made-b')
})
