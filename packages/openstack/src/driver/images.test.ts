import { createFakeCloud, type FakeCloud } from '@amphora/fake-openstack'
import { silentLogger, systemClock, AmphoraComputeError } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settingsOf } from '../../test/cloud.ts'
import { Session } from '../index.ts'
import { Images } from './images.ts'

const { signal } = new AbortController()
let cloud: FakeCloud
let session: Session
beforeEach(async () => {
  cloud = await createFakeCloud({
    images: [
      { name: 'old', tags: ['amphora'] },
      { name: 'new', tags: ['amphora'] },
      { name: 'a,b "c"' },
      { name: 'twin' },
      { name: 'twin' },
    ],
  })
  const auth = {
    authUrl: cloud.authUrl,
    username: 'demo',
    password: 'secret',
    projectName: 'demo',
    userDomainName: 'Default',
    projectDomainName: 'Default',
  }
  session = new Session(settingsOf({ auth, allowInsecureHttp: true }), { clock: systemClock, logger: silentLogger })
})
afterEach(async () => {
  await session.close()
  await cloud.close()
})

function images(owner?: string): Images {
  const glance = session.service('image', { peer: 'Glance', reasonPrefix: 'test', versionPath: ['v2'] })
  return new Images(glance, systemClock, { owner, reasonPrefix: 'test' })
}
const idOf = (name: string): string | undefined =>
  [...cloud.glance.images.values()].find((one) => one.name === name)?.id
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((thrown: unknown) => thrown)

describe('an image', () => {
  it('is what its id says, without a request', async () => {
    const id = idOf('old') ?? ''
    expect(await images().idOf(id, signal)).toBe(id)
    expect(cloud.glance.server.count()).toBe(0)
  })

  it('is the one of its name, asked for once a minute', async () => {
    const found = images()
    expect(await found.idOf('old', signal)).toBe(idOf('old'))
    expect(await found.idOf('old', signal)).toBe(idOf('old'))
    expect(cloud.glance.server.count()).toBe(1)
  })

  it('is none that only looks alike', async () => {
    for (const name of ['OLD', 'a', 'b', 'none']) {
      const error = await failure(images().idOf(name, signal))
      expect(error).toBeInstanceOf(AmphoraComputeError)
      expect(error).toMatchObject({ code: 'not-found', reason: 'test/no-such-image' })
    }
  })

  it('of a name that two have is refused, with their ids', async () => {
    const error = await failure(images().idOf('twin', signal))
    expect(error).toMatchObject({ code: 'invalid-argument', reason: 'test/ambiguous-image' })
    const twins = [...cloud.glance.images.values()].filter(({ name }) => name === 'twin')
    for (const { id } of twins) expect(String(error)).toContain(id)
  })

  it('by its tag is the newest that has it', async () => {
    const newest = [...cloud.glance.images.values()].findLast(({ tags }) => tags.includes('amphora'))
    expect(await images().idOf('tag:amphora', signal)).toBe(newest?.id)
    expect(await failure(images().idOf('tag:none', signal))).toMatchObject({ reason: 'test/no-such-image' })
  })

  it('of another project is none where the owner is said', async () => {
    const error = await failure(images('another').idOf('old', signal))
    expect(error).toMatchObject({ code: 'not-found' })
  })

  it('exists or does not', async () => {
    expect(await images().exists(idOf('old') ?? '', signal)).toBe(true)
    expect(await images().exists('11111111-1111-4111-8111-111111111111', signal)).toBe(false)
  })

  it('has problems that name it, but none that the rules of every order tell already', async () => {
    const nothing = '11111111-1111-4111-8111-111111111111'
    expect(await images().problems(idOf('old') ?? '', signal)).toEqual([])
    expect(await images().problems('old', signal)).toEqual([])
    expect(await images().problems(nothing, signal)).toEqual([`imageId "${nothing}" is no image of the cloud`])
    expect(await images().problems('tag:none', signal)).toEqual(['no active image has the tag "none"'])
    for (const named of [' ', 'tag: ']) expect(await images().problems(named, signal)).toEqual([])
  })
})
