import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createFakeCloud,
  credentialId,
  differences,
  logIn,
  readExchange,
  recordCloud,
  type FakeCloud,
  type Recordings,
} from '../src/index.ts'

const folder = new URL('fixtures/', import.meta.url)
/** Of Keystone 22, Glance 25 and Neutron 21. */
const kept = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    readExchange(readFileSync(new URL(file, folder), 'utf8')),
  ]),
)

describe('The fake answers as the real one', () => {
  let cloud: FakeCloud
  let fresh: Recordings

  beforeAll(async () => {
    cloud = await createFakeCloud({
      users: [
        {
          name: 'member',
          password: 'secret',
          projects: { project: ['member', 'reader'] },
          applicationCredentials: [{ name: 'credential', secret: 'credential-secret', project: 'project' }],
        },
        { name: 'admin', password: 'secret', projects: { admin: ['admin', 'member', 'reader'] } },
      ],
      networks: [
        { name: 'net1', project: 'project' },
        { name: 'shared1', project: 'admin', shared: true },
      ],
    })
    const { keystone, glance, neutron } = cloud
    for (const type of ['placement', 'compute', 'baremetal']) keystone.services.set(type, 'http://127.0.0.1:1')
    glance.add({ name: 'tiny-2', tags: ['amphora'] })
    const [image] = glance.images.values()
    fresh = await recordCloud({
      authUrl: cloud.authUrl,
      user: { username: 'member', password: 'secret', projectName: 'project' },
      admin: { username: 'admin', password: 'secret', projectName: 'admin' },
      applicationCredential: {
        id: credentialId('member', 'credential'),
        name: 'credential',
        secret: 'credential-secret',
      },
      flavors: { tiny: '', small: '', large: '', impossible: '' },
      image: image?.id ?? '',
      networks: { own: neutron.network('net1')?.id ?? '', shared: neutron.network('shared1')?.id ?? '' },
      group: '',
      expiredToken: await expiredToken(),
    })
  })
  afterAll(() => cloud.close())

  async function expiredToken(): Promise<string> {
    const { keystone } = cloud
    const usual = keystone.tokenLifeMs
    keystone.tokenLifeMs = 0
    const { token } = await logIn(cloud.authUrl, { username: 'member', password: 'secret', projectName: 'project' })
    keystone.tokenLifeMs = usual
    return token
  }

  it.each(Object.entries(kept))('%s', (name, exchange) => {
    const now = fresh[name]
    expect(now, 'it was not recorded again').toBeDefined()
    expect(now === undefined ? [] : differences(exchange, now)).toEqual([])
  })

  it('and nothing was asked of it that the real one was not', () => {
    expect(Object.keys(fresh).filter((name) => kept[name] === undefined)).toEqual([])
    const servers = [cloud.keystone, cloud.glance, cloud.neutron]
    expect(servers.flatMap(({ server }) => server.unexpected())).toEqual([])
  })
})
