import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineDriver, InvalidRequestError, type OptionsSchema } from '@amphora/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyPlugin } from '../../test/tiny-driver.ts'
import { subjectOf } from './subject-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subject-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const NONE = { options: undefined, request: undefined, facts: undefined }
const anything: OptionsSchema<object> = {
  '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) },
}
const lenient = defineDriver({ ...tinyPlugin().definition, options: anything })

it('needs nothing but a driver', async () => {
  const subject = await subjectOf(tinyPlugin(), NONE)
  expect(subject).toMatchObject({ name: 'tiny', options: {}, secrets: [] })
  expect(subject.request('a')).toEqual({ type: 'Container' })
  expect(subject.otherRequest('a')).toEqual({ type: 'Container', userData: expect.stringContaining('another order') })
  expect(subject.backend).toBeUndefined()
})

it('takes options, a request and facts from files', async () => {
  const options = await file('o.json', {
    url: 'https://a',
    auth: { user: 'me', password: 'hush-hush' },
    apiKey: 'key-of-mine',
    pin: '1',
  })
  const request = await file('r.json', { type: 'Container', userData: 'mine' })
  const facts = await file('f.json', { pageSize: 7, secrets: ['told'], otherRequest: { type: 'Container' } })
  const subject = await subjectOf(lenient, { options, request, facts })
  expect(subject).toMatchObject({ pageSize: 7, secrets: ['told', 'hush-hush', 'key-of-mine'] })
  expect(subject.request('a')).toEqual({ type: 'Container', userData: 'mine' })
  expect(subject.otherRequest('a')).toEqual({ type: 'Container' })
})

describe('what is wrong with a file is said', () => {
  it('where it is not there, or holds no object, and without showing what it holds', async () => {
    await expect(subjectOf(lenient, { ...NONE, options: join(folder, 'no.json') })).rejects.toThrow(
      /no\.json cannot be read \(ENOENT\)/,
    )
    const broken = await file('broken.json', '{ "password": hush-hush')
    await expect(subjectOf(lenient, { ...NONE, options: broken })).rejects.toThrow(
      /^The file \S+broken\.json does not hold a JSON object$/,
    )
    await expect(subjectOf(lenient, { ...NONE, request: await file('n.json', '7') })).rejects.toThrow(
      /does not hold a JSON object/,
    )
  })

  it('where facts are not among those that there are', async () => {
    const facts = await file('odd.json', { pageSise: 7 })
    await expect(subjectOf(lenient, { ...NONE, facts })).rejects.toThrow(/found pageSise/)
  })

  it('where the driver refuses the options', async () => {
    await expect(subjectOf(tinyPlugin(), { ...NONE, options: await file('x.json', { x: 1 }) })).rejects.toThrow(
      InvalidRequestError,
    )
  })

  it('where no other order can be made up', async () => {
    const bare = defineDriver({ ...tinyPlugin().definition, capabilities: { types: ['VM'] } })
    await expect(subjectOf(bare, NONE)).rejects.toThrow(/say in --facts what "otherRequest" is/)
  })

  it.each([
    ['files', { files: { maxCount: 1, maxBytes: 10_000 } }, 'configDriveFiles'],
    ['keys', { keys: true }, 'keys'],
  ] as const)('and is made up from %s', async (_what, capability, field) => {
    const plugin = defineDriver({ ...tinyPlugin().definition, capabilities: { types: ['VM'], ...capability } })
    expect((await subjectOf(plugin, NONE)).otherRequest('a')).toHaveProperty(field)
  })
})
