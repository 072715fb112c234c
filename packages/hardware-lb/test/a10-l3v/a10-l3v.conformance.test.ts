import { conformance } from '@amphora/conformance'
import { describe, it } from 'vitest'
import { a10L3v } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { closePair, controlOf, openPair } from '../simulator.ts'
import { createFakeA10, SIGNATURE_PREFIX } from './fake-a10.ts'
import { applianceAt, PASSWORD } from './setting.ts'

const API = '/axapi/v3'

const LOOK = `GET ${API}/partition/{name}`

const control = controlOf(
  {
    build: `POST ${API}/partition`,
    delete: `DELETE ${API}/partition/{name}`,
    status: LOOK,
    getAmphora: LOOK,
    find: LOOK,
    list: `GET ${API}/partition-all/oper`,
    suspend: `POST ${API}/partition`,
    resume: `POST ${API}/partition`,
    watch: `GET ${API}/partition-all/oper`,
    check: `GET ${API}/version/oper`,
  },
  { partition: 'another' },
)

const certificate = await makeCertificate()
const sample = applianceAt('https://127.0.0.1:443', certificate)
const request = { type: 'HWLoadBalancer' } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/hardware-lb, a10-l3v, on a pair of simulators',
    plugin: a10L3v,
    open: () => openPair(() => createFakeA10({ certificate, password: PASSWORD })),
    close: closePair,
    driver: ({ left, right }) => {
      const appliances = {
        left: applianceAt(left.server.url, certificate),
        right: applianceAt(right.server.url, certificate),
      }
      return a10L3v({ inventory: JSON.stringify({ appliances }) })
    },
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, availabilityZone: 'left' }),
    secrets: [PASSWORD, SIGNATURE_PREFIX],
    backend: control,
    options: { inventory: { appliances: { left: sample } } },
    badOptions: [
      {
        inventory: { appliances: { left: { ...sample, credentials: undefined, settings: { resourceTemplate: '' } } } },
      },
      { inventory: 'appliances: []', namePrefix: 'a b' },
    ],
    states: {
      Active: 'active',
      'Not-Active': 'error',
      unlisted: 'building',
    },
    pageSize: 5,
  },
)
