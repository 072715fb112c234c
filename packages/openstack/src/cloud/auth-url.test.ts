import { expect, it } from 'vitest'
import { authUrlOf, httpUrl } from './auth-url.ts'

it.each([
  ['https://cloud.example:5000', 'https://cloud.example:5000/v3'],
  ['https://cloud.example:5000/', 'https://cloud.example:5000/v3'],
  ['https://cloud.example:5000/v3', 'https://cloud.example:5000/v3'],
  ['https://cloud.example:5000/v3//', 'https://cloud.example:5000/v3'],
  ['https://cloud.example/identity', 'https://cloud.example/identity/v3'],
  ['HTTPS://cloud.example/identity/v3/', 'https://cloud.example/identity/v3'],
  ['http://[::1]:5000', 'http://[::1]:5000/v3'],
])('Keystone at %s is at %s', (given, url) => {
  expect(String(authUrlOf(given))).toBe(url)
})

it.each([
  ['cloud.example:5000', 'needs a scheme: https:// (or http://)'],
  ['//cloud.example', 'needs a scheme: https:// (or http://)'],
  ['ftp://cloud.example', 'needs a scheme: https:// (or http://)'],
  ['', 'needs a scheme: https:// (or http://)'],
  ['https://', 'is no URL'],
  ['https://cloud.example:x', 'is no URL'],
  ['https://user:canary@cloud.example', 'must not hold a user name or a password'],
  ['https://cloud.example/?a=canary', 'must not hold a query or a fragment'],
  ['https://cloud.example/#canary', 'must not hold a query or a fragment'],
  ['https://cloud.example/v2.0', 'is not of version 3 of the API'],
])('Keystone at %s: %s', (given, problem) => {
  expect(authUrlOf(given)).toBe(problem)
})

it('a service may have any version', () => {
  expect(String(httpUrl('https://nova.example/v2.1/'))).toBe('https://nova.example/v2.1/')
})
