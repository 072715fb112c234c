import { describe, expect, it } from 'vitest'
import { nameProblem, namesOf, scopeProblem } from './name.ts'

describe('the name of a driver', () => {
  it.each(['acme', 'a', 'my-cloud', 'f5', 'a1-b2-c3', 'x'.repeat(31)])('may be %s', (name) => {
    expect(nameProblem(name)).toBeUndefined()
  })

  it.each([
    '',
    'Acme',
    '1and1',
    'my_cloud',
    'my cloud',
    '-acme',
    'acme-',
    'my--cloud',
    '../acme',
    '@acme/x',
    'ácme',
    'a\nb',
  ])('is never %j', (name) => {
    expect(nameProblem(name)).toContain(`found ${JSON.stringify(name)}`)
  })

  it('has as many characters as core takes, and no more', () => {
    expect(nameProblem('x'.repeat(32))).toBe('a name has at most 31 characters; found 32')
  })

  it('stands without what is put before it', () => {
    expect(nameProblem('amphora-driver-acme')).toContain('leave out "amphora-driver-"')
  })

  it.each(['default', 'delete', 'registry', 'create-driver', 'options-schema'])(
    'is not %s, which means something else in the code',
    (name) => {
      expect(nameProblem(name)).toContain('take another name')
    },
  )
})

describe('a scope', () => {
  it.each([undefined, '@acme', '@my.org_1-x'])('may be %s', (scope) => {
    expect(scopeProblem(scope)).toBeUndefined()
  })

  it.each(['', 'acme', '@', '@Acme', '@acme/', '@../x', '@.acme'])('is never %j', (scope) => {
    expect(scopeProblem(scope)).toContain(`found ${JSON.stringify(scope)}`)
  })
})

it('writes a name in every form that code and files need', () => {
  expect(namesOf('my-2nd-cloud', '@acme')).toEqual({
    driver: 'my-2nd-cloud',
    value: 'my2ndCloud',
    type: 'My2ndCloud',
    package: '@acme/amphora-driver-my-2nd-cloud',
  })
  expect(namesOf('acme', undefined).package).toBe('amphora-driver-acme')
})
