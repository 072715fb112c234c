import { conformance } from '@amphora/conformance'
import { describe, it } from 'vitest'
import { netscalerSdx } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { quickClock, quickLimits } from '../quick-clock.ts'
import { closePair, controlOf, openPair } from '../simulator.ts'
import { API, createFakeSdx, SESSION_PREFIX } from './fake-sdx.ts'
import { applianceAt, flavors, PASSWORD } from './setting.ts'

const control = controlOf(
  {
    build: `POST ${API}/ns`,
    delete: `DELETE ${API}/ns/{id}`,
    status: `GET ${API}/ns/{id}`,
    getAmphora: `GET ${API}/ns/{id}`,
    find: `GET ${API}/ns`,
    list: `GET ${API}/ns`,
    suspend: `POST ${API}/ns/{id}`,
    resume: `POST ${API}/ns/{id}`,
    watch: `GET ${API}/ns`,
    check: `GET ${API}/mps`,
  },
  { errorcode: 0, message: 'Done', severity: 'NONE', xen: [] },
)

const certificate = await makeCertificate()
const sample = applianceAt('https://127.0.0.1:443', certificate)
const request = { type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard', networkIds: ['back', 'front'] } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/hardware-lb, netscaler-sdx, on a pair of simulators',
    clock: quickClock,
    limits: quickLimits,
    plugin: netscalerSdx,
    open: () => openPair(() => createFakeSdx({ certificate, password: PASSWORD })),
    close: closePair,
    driver: ({ left, right }) => {
      const appliances = {
        left: applianceAt(left.server.url, certificate),
        right: applianceAt(right.server.url, certificate),
      }
      return netscalerSdx({ inventory: JSON.stringify({ appliances, flavors }) })
    },
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: 'large' }),
    secrets: [PASSWORD, SESSION_PREFIX],
    backend: control,
    options: { inventory: { appliances: { left: sample }, flavors } },
    badOptions: [
      { inventory: { appliances: { left: { ...sample, credentials: undefined, settings: { license: 'Gold' } } } } },
      { inventory: 'appliances: []', namePrefix: 'a b' },
    ],
    unknownImage: 'nothing',
    states: {
      'Running/Up': 'active',
      'Running/Out of Service': 'building',
      'Running/Down': 'error',
      'Running/Provisioning Failed': 'error',
      'Halted/Out of Service': 'suspended',
      'Halted/Down': 'suspended',
    },
    pageSize: 5,
  },
)
