import { createCompute, type BuildRequest, type Capabilities } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { tinyPlugin } from '../../test/tiny-driver.ts'
import { shows } from '../observe/secret.ts'
import { Names } from './names.ts'
import { Planted } from './planted.ts'
import { newSshKey } from './ssh-key.ts'

const everything: Capabilities = {
  types: ['VM'],
  files: { maxCount: 2, maxBytes: 100 },
  userData: { maxBytes: 100 },
  keys: true,
}

describe('planted secrets', () => {
  const planted = new Planted()

  it('go wherever the driver takes something', () => {
    const request = planted.into({}, everything)
    const shown = (value: unknown): readonly string[] =>
      planted.secrets.filter((secret) => shows(JSON.stringify(value), secret)).map(({ label }) => label)
    expect(shown(request.configDriveFiles)).toEqual(["a file's content"])
    expect(shown(request.userData)).toEqual(['user data'])
    expect(shown(request.keys)).toEqual(['a key'])
    expect(shown(planted.option)).toEqual(['an option'])
  })

  it('stay beside what the request has already', () => {
    const own: BuildRequest = { userData: 'own', keys: ['own'], configDriveFiles: { '/a': 'own', '/b': 'own' } }
    const request = planted.into(own, everything)
    expect(request).toMatchObject({ userData: 'own', configDriveFiles: own.configDriveFiles })
    expect(request.keys).toHaveLength(2)
  })

  it('are left out where nothing is declared, and are the same each time', () => {
    expect(planted.into({ imageId: 'i' }, { types: ['VM'] })).toEqual({ imageId: 'i' })
    expect(planted.into({}, everything)).toEqual(planted.into({}, everything))
  })
})

it('makes names that every driver takes, and knows them again', () => {
  const names = new Names()
  const made = Array.from({ length: 50 }, () => names.next())
  expect(new Set(made).size).toBe(50)
  expect(made.filter((name) => !/^[a-z][a-z0-9]{11}$/.test(name) || !names.has(name))).toEqual([])
  expect([new Names().has(made[0] ?? ''), names.has(`${made[0]}x`)]).toEqual([false, false])
})

it('makes keys that core takes', async () => {
  const compute = await createCompute({ drivers: { kit: tinyPlugin()({}) } })
  const problems = await compute.validate({ type: 'Container', keys: [newSshKey('kit')] })
  expect(problems).toEqual([expect.stringContaining('keys is not supported')])
  await compute.close()
})
