import { readdirSync, readFileSync } from 'node:fs'
import {
  differences,
  isRecord,
  logIn,
  masked,
  readExchange,
  type Exchange,
  type Recordings,
} from '@amphora/fake-openstack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeIronic, type FakeIronic } from './fake-ironic.ts'
import { ONLY_SYNCED, recordIronic } from './record-ironic.ts'

const folder = new URL('fixtures/', import.meta.url)
/** Of Ironic 21.4.4. */
const kept: Recordings = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    readExchange(readFileSync(new URL(file, folder), 'utf8')),
  ]),
)
const comparable = Object.entries(kept).filter(([name]) => !ONLY_SYNCED.has(name))

/** What tells a state, wherever it stands: the same in every recording of the same steps. */
const TELLING = new Set([
  'provision_state',
  'target_provision_state',
  'power_state',
  'target_power_state',
  'fault',
  'maintenance',
  'state',
  'reservation',
  'instance_info',
  'candidate_nodes',
  'traits',
  'extra',
])

/** Lists hold whatever else there is on a cloud. */
function statesOf({ request, response }: Exchange): readonly string[] {
  return /^\/v1\/nodes(?:\?|$)/.test(request.path) ? [] : tellingIn(response.body).toSorted()
}

function tellingIn(value: unknown, key = ''): readonly string[] {
  if (TELLING.has(key)) return [masked(`${key} = ${JSON.stringify(value)}`)]
  if (Array.isArray(value)) return value.flatMap((one: unknown) => tellingIn(one))
  return isRecord(value) ? Object.entries(value).flatMap(([name, one]) => tellingIn(one, name)) : []
}

describe('the fake Ironic answers as the real one', () => {
  let ironic: FakeIronic
  let fresh: Recordings

  beforeAll(async () => {
    ironic = await createFakeIronic({ nodes: [{ name: 'node-1' }] })
    const tokenOf = async (username: string): Promise<string> =>
      (await logIn(ironic.authUrl, { username, password: 'secret', projectName: username })).token
    fresh = await recordIronic({
      origin: ironic.url,
      token: await tokenOf('admin'),
      strangersToken: await tokenOf('demo'),
      pollMs: 1,
      syncsPower: false,
    })
  }, 60_000)
  afterAll(() => ironic.close())

  it.each(comparable)('%s', (name, exchange) => {
    const now = fresh[name]
    if (now === undefined) throw new Error(`${name} was not recorded again`)
    expect(differences(exchange, now)).toEqual([])
    expect(statesOf(now)).toEqual(statesOf(exchange))
  })

  it('and nothing was asked of it that the real one was not', () => {
    expect(Object.keys(fresh).filter((name) => kept[name] === undefined)).toEqual([])
    expect(ironic.server.unexpected()).toEqual([])
  })
})
