import { setTimeout as sleep } from 'node:timers/promises'
import type { BackendControl, Subject, Verb } from '@amphora/conformance'
import type { Match } from '@amphora/conformance/fake-server'
import { defineDriver } from '@amphora/core'
import { capabilities, __name__ } from '../src/index.ts'
import { Fake__Name__, IMAGE, TOKEN } from './fake-__driver__.ts'

/** The driver, but that waits look more often: the fake takes milliseconds for everything. */
const plugin = defineDriver({ ...__name__.definition, wait: { pollMs: 20, timeoutMs: 60_000 } })

/** Few enough to see page borders. */
const pageSize = 3

const control: BackendControl<Fake__Name__> = {
  inventory: (fake) => fake.servers.map(({ id, made }) => `server ${id} (${made.name})`),
  settle: async (fake) => {
    await fake.wire.idle()
    while (fake.servers.some(({ status, next }) => status === 'DELETING' && next !== undefined)) await sleep(2)
  },
  arrived: (fake, name) => {
    const { files, userData } = fake.named(name).made
    return {
      files: new Map(files.map(({ path, content }) => [path, Buffer.from(content, 'base64')])),
      userData: userData === undefined ? undefined : Buffer.from(userData, 'base64'),
      keys: [],
    }
  },
  plantForeign: (fake, name) => ({ id: fake.plant(name).id }),
  requests: (fake) => fake.wire.count(),
  force: (fake, name, word) => fake.force(name, word),
  exhaust: (fake) => {
    fake.isFull = true
    return { [Symbol.dispose]: () => void (fake.isFull = false) }
  },
  holdBuilds: (fake) => fake.hold(),
  down: (fake) => fake.wire.down(),
  inject: (fake, fault) =>
    fault.kind === 'refuse'
      ? fake.wire.inject({ kind: 'refuse' })
      : fake.wire.inject({ ...fault, on: DEEDS[fault.on] }),
}

// here: the request that carries out each verb
const DEEDS: Readonly<Record<Verb, Match>> = {
  build: 'POST /servers',
  delete: 'DELETE /servers/{id}',
  status: 'GET /servers/{id}',
  getAmphora: 'GET /servers/{id}',
  find: ({ template, query }) => template === 'GET /servers' && query.has('name'),
  list: ({ template, query }) => template === 'GET /servers' && !query.has('name'),
  suspend: 'POST /servers/{id}/suspend',
  resume: 'POST /servers/{id}/resume',
  check: 'GET /version',
  watch: () => false,
}

/** The driver as the conformance kit takes it: each rule gets a backend of its own. */
export const subject: Subject<Fake__Name__> = {
  name: '__driver__',
  plugin,
  open: () => Fake__Name__.open(),
  close: (fake) => fake.wire.close(),
  driver: (fake) => plugin({ url: fake.wire.url, token: TOKEN, pageSize }),
  // here: what your backend can build
  request: () => ({ type: capabilities.types[0], imageId: IMAGE, flavor: 'small' }),
  otherRequest: () => ({ type: capabilities.types[0], imageId: IMAGE, flavor: 'large' }),
  secrets: [TOKEN],
  backend: control,
  options: { url: 'https://api.example.com/v1', token: TOKEN },
  badOptions: [{ url: 'http://api.example.com/v1', token: '' }],
  unknownImage: 'no-such-image',
  states: {
    BUILD: 'building',
    ACTIVE: 'active',
    SUSPENDING: 'suspending',
    SUSPENDED: 'suspended',
    RESUMING: 'resuming',
    STOPPED: 'stopped',
    DELETING: 'deleting',
    ERROR: 'error',
  },
  imageFile: '/etc/hostname',
  pageSize,
  limits: { callMs: 5_000, stateMs: 5_000, patienceMs: 200 },
}
