import { conformance } from '@amphora/conformance'
import { describe, it } from 'vitest'
import { caddy } from '../src/index.ts'
import { makeCertificate } from './certificate.ts'
import { createFakeCaddy } from './fake-caddy.ts'
import { closePair, controlOf, openPair } from './simulator.ts'

const SERVERS = '/config/apps/http/servers'

const control = controlOf(
  {
    build: `PUT ${SERVERS}/{name}`,
    delete: 'DELETE /id/{id}',
    status: `GET ${SERVERS}/{name}`,
    getAmphora: `GET ${SERVERS}/{name}`,
    find: `GET ${SERVERS}/{name}`,
    list: `GET ${SERVERS}`,
    suspend: 'PATCH /id/{id}/listen',
    resume: 'PATCH /id/{id}/listen',
    watch: `GET ${SERVERS}`,
    check: `GET ${SERVERS}`,
  },
  // An empty object is what Caddy says of no tenants, and may well be somebody's tenant.
  [],
)

const certificate = await makeCertificate()
const appliance = (url: string): object => ({
  profile: 'caddy',
  endpoint: url,
  tls: { ca: { file: certificate.file }, pin: certificate.pin },
  images: { web: 'one', other: 'two' },
  settings: {
    listen: ['127.0.0.1:20000-20499'],
    templates: { one: ['127.0.0.1:8080'], two: ['127.0.0.1:8081', '127.0.0.1:8082'] },
  },
})
const sample = appliance('https://127.0.0.1:2019')
const request = { type: 'HWLoadBalancer', imageId: 'web' } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/hardware-lb, caddy, on a pair of simulators',
    plugin: caddy,
    open: () => openPair(() => createFakeCaddy(certificate)),
    close: closePair,
    driver: ({ left, right }) => {
      const appliances = { left: appliance(left.server.url), right: appliance(right.server.url) }
      return caddy({ inventory: JSON.stringify({ appliances }) })
    },
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, imageId: 'other' }),
    secrets: [],
    backend: control,
    options: { inventory: { appliances: { left: sample } } },
    badOptions: [
      { inventory: { appliances: { Left: sample, right: { ...sample, endpoint: 'ftp://somewhere' } } } },
      { inventory: 'appliances: []', namePrefix: 'a b' },
    ],
    unknownImage: 'nothing',
    states: {
      listening: 'active',
      'not listening': 'suspended',
      'listening elsewhere': 'error',
      'without routes': 'building',
    },
    pageSize: 5,
  },
)
