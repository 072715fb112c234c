import type { AmphoraType } from '@amphora/core'
import { expect, it } from 'vitest'
import type { Bound } from '../config/bind-drivers.ts'
import { withUsualType } from './usual-type.ts'

// Of a plugin only its capabilities are looked at.
const bound = (name: string, ...types: AmphoraType[]): Bound =>
  ({ name, package: name, problems: [], plugin: { definition: { capabilities: { types } } } }) as unknown as Bound

it('is the one type that the drivers build', () => {
  expect(withUsualType({}, [bound('a', 'Container')])).toEqual({ type: 'Container' })
  expect(withUsualType({ driver: 'b' }, [bound('a', 'VM'), bound('b', 'BareMetal')])).toEqual({
    driver: 'b',
    type: 'BareMetal',
  })
})

it('is left to core where there are several, where one is given, and where the driver is unknown', () => {
  expect(withUsualType({}, [bound('a', 'VM'), bound('b', 'Container')])).toEqual({})
  expect(withUsualType({ type: 'VM' }, [bound('a', 'Container')])).toEqual({ type: 'VM' })
  expect(withUsualType({ driver: 'z' }, [bound('a', 'Container')])).toEqual({ driver: 'z' })
})
