import { expect, it } from 'vitest'
import { settingsSchema } from './settings.ts'

it('name an admin profile, and have defaults for the rest', () => {
  expect(settingsSchema['~standard'].validate({ profileName: 'tenants' })).toMatchObject({
    value: { profileName: 'tenants', license: 'Standard', apiVersion: 'v1' },
  })
})

it.each([
  undefined,
  {},
  { profileName: '' },
  { profileName: 'a'.repeat(129) },
  { profileName: 'tenants', license: 'Gold' },
  { profileName: 'tenants', dataPort: 'eth0' },
  { profileName: 'tenants', apiVersion: 'v3' },
  { profileName: 'tenants', password: 'here' },
])('are refused: %j', (given) => {
  expect(settingsSchema['~standard'].validate(given)).toHaveProperty('issues.0.message')
})
