import { readFileSync } from 'node:fs'
import { conformance } from '@amphora/conformance'
import type { InventoryAppliance } from '@amphora/hardware-lb'
import { profileContract } from '@amphora/hardware-lb/contract'
import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../certificate.ts'
import { racesForTheLastSlot } from '../last-slot.ts'
import { closePair, controlOf, openPair } from '../simulator.ts'
import { createFakeShelf, PASSWORD } from './fake-shelf.ts'
import { shelf, shelfProfile } from './shelf.ts'

process.env['HWLB_TEST_SHELF_PASSWORD'] = PASSWORD
const certificate = await makeCertificate()
const flavors = { small: { vcpus: 1 }, large: { vcpus: 4 } }
const appliance = (endpoint: string): InventoryAppliance => ({
  profile: 'shelf',
  endpoint,
  credentials: { username: 'ops', password: { env: 'HWLB_TEST_SHELF_PASSWORD' } },
  tls: { ca: { file: certificate.file }, pin: certificate.pin },
})

it("the guide's profile is the one that is tried here", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, section = ''] = readme.split('## Write a profile')
  const [, shown] = /```ts\n([^]*?)```/.exec(section) ?? []
  expect(shown).toBe(readFileSync(new URL('./shelf.ts', import.meta.url), 'utf8'))
})

profileContract(
  { describe, it },
  {
    profile: shelfProfile,
    open: () => createFakeShelf(certificate),
    close: (box) => box.close(),
    appliance: ({ server }) => appliance(server.url),
    wish: { size: { vcpus: 1 }, image: undefined, vlans: [] },
    plant: (box, name) => box.plant(name).slice(0, -1),
    fill: (box) => {
      box.setFull(true)
      return { [Symbol.dispose]: () => box.setFull(false) }
    },
    down: ({ server }) => server.down(),
    requests: ({ server }) => server.count(),
  },
)

const request = { type: 'HWLoadBalancer', flavor: 'small' } as const
const sample = appliance('https://shelf.example')

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: 'the profile of the guide',
    plugin: shelf,
    open: () => openPair(() => createFakeShelf(certificate)),
    close: closePair,
    driver: ({ left, right }) =>
      shelf({
        inventory: JSON.stringify({
          appliances: { left: appliance(left.server.url), right: appliance(right.server.url) },
          flavors,
        }),
      }),
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: 'large' }),
    secrets: [PASSWORD, 'shelf-canary-'],
    backend: controlOf(
      {
        build: 'POST /guests',
        delete: 'DELETE /guests/{name}',
        status: 'GET /guests/{name}',
        getAmphora: 'GET /guests/{name}',
        find: 'GET /guests/{name}',
        list: 'GET /guests',
        suspend: 'PATCH /guests/{name}',
        resume: 'PATCH /guests/{name}',
        watch: 'GET /guests',
        check: 'GET /about',
      },
      {},
    ),
    options: { inventory: { appliances: { left: sample }, flavors } },
    badOptions: [
      { inventory: { appliances: { left: { ...sample, endpoint: 'shelf', maxGuests: 0 } } } },
      { inventory: 'appliances: []', namePrefix: 'a b' },
    ],
    states: { 'on/up': 'active', 'off/up': 'suspended', 'on/starting': 'building', 'on/down': 'error' },
    pageSize: 5,
  },
)

racesForTheLastSlot({
  plugin: shelf,
  open: () => createFakeShelf(certificate, 1),
  options: ({ server }) => ({
    inventory: { appliances: { box: appliance(server.url) }, flavors },
  }),
  request: (name) => ({ ...request, name }),
})
