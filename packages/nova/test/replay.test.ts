import { readdirSync, readFileSync } from 'node:fs'
import {
  credentialId,
  differences,
  logIn,
  readExchange,
  record,
  recordNova,
  type Recordings,
  type RecordingSite,
} from '@amphora/fake-openstack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeNova, type FakeNova } from './fake-nova.ts'

const folder = new URL('fixtures/recorded/', import.meta.url)
/** Of Nova 26, whose computes were its own fake ones. */
const kept = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    readExchange(readFileSync(new URL(file, folder), 'utf8')),
  ]),
)

/** Actions of Nova that no verb of a driver takes; the fake has none of them. */
const LEFT_OUT = ['resize', 'confirmResize', 'revertResize', 'rebuild', 'shelve', 'unshelve', 'createImage', 'rescue']

function siteOf(nova: FakeNova, group: string, expiredToken: string): RecordingSite {
  const flavor = (name: string): string => [...nova.compute.flavors.values()].find((one) => one.name === name)?.id ?? ''
  const [image] = nova.glance.images.keys()
  return {
    authUrl: nova.authUrl,
    user: { username: 'demo', password: 'secret', projectName: 'demo' },
    admin: { username: 'admin', password: 'secret', projectName: 'admin' },
    applicationCredential: { id: credentialId('demo', 'amphora'), name: 'amphora', secret: 'credential-secret' },
    flavors: {
      tiny: flavor('m1.tiny'),
      small: flavor('m1.small'),
      large: flavor('m1.large'),
      impossible: flavor('m1.impossible'),
    },
    image: image ?? '',
    networks: { own: nova.neutron.network('net1')?.id ?? '', shared: nova.neutron.network('shared1')?.id ?? '' },
    group,
    expiredToken,
  }
}

describe('The fake answers as the real one', () => {
  let nova: FakeNova
  /** Time passes only where the recorder waits. */
  let now = Date.parse('2026-01-01T00:00:00Z')
  let fresh: Recordings

  beforeAll(async () => {
    nova = await createFakeNova({
      clock: { now: () => now, sleep: () => Promise.resolve() },
      scheduleMs: 1,
    })
    const { keystone, compute } = nova
    const group = compute.addGroup({
      name: 'sgrp-anti',
      policy: 'anti-affinity',
      rules: {},
      projectId: keystone.projectId('demo'),
      userId: keystone.userId('demo'),
    })
    const { tokenLifeMs } = keystone
    keystone.tokenLifeMs = 0
    const { token } = await logIn(nova.authUrl, { username: 'demo', password: 'secret', projectName: 'demo' })
    keystone.tokenLifeMs = tokenLifeMs
    fresh = await recordNova(siteOf(nova, group.id, token), { pause: async () => (now += 1000) })
  })
  afterAll(() => nova.close())

  it.each(Object.entries(kept))('%s', (name, exchange) => {
    const now = fresh[name]
    expect(now, 'it was not recorded again').toBeDefined()
    expect(now === undefined ? [] : differences(exchange, now)).toEqual([])
  })

  it.each(LEFT_OUT)('but for %s, which it does not know', async (action) => {
    const { token } = await logIn(nova.authUrl, { username: 'demo', password: 'secret', projectName: 'demo' })
    const answer = await record({
      method: 'POST',
      origin: nova.server.url,
      path: `/v2.1/servers/${nova.plant(action).id}/action`,
      headers: { 'X-Auth-Token': token },
      body: { [action]: null },
    })
    expect(answer.body).toEqual({ badRequest: { code: 400, message: `There is no such action: ${action}` } })
  })

  it('and nothing was asked of it that the real one was not', () => {
    expect(Object.keys(fresh).filter((name) => kept[name] === undefined)).toEqual([])
    expect(nova.server.unexpected()).toEqual([])
  })
})
