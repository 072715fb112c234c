import { expect, it } from 'vitest'
import { settingsSchema } from './settings.ts'

it.each([undefined, {}, { resourceTemplate: 'tenants' }])('are taken: %j', (given) => {
  expect(settingsSchema['~standard'].validate(given)).toMatchObject({ value: given ?? {} })
})

it.each([{ resourceTemplate: '' }, { resourceTemplate: 'a b' }, { resourceTemplate: 7 }, { other: true }, 'tenants'])(
  'are refused: %j',
  (given) => {
    expect(settingsSchema['~standard'].validate(given)).toHaveProperty('issues.0.message')
  },
)
