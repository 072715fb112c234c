import { conformance } from '@amphora/conformance'
import { describe, it } from 'vitest'
import { bigipVcmp } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { quickClock, quickLimits } from '../quick-clock.ts'
import { closePair, controlOf, openPair } from '../simulator.ts'
import { createFakeVcmp } from './fake-vcmp.ts'
import { applianceAt, flavors, PASSWORD, TOKEN_PREFIX } from './setting.ts'

const GUESTS = '/mgmt/tm/vcmp/guest'

const control = controlOf(
  {
    build: `POST ${GUESTS}`,
    delete: `DELETE ${GUESTS}/{name}`,
    status: `GET ${GUESTS}/{name}`,
    getAmphora: `GET ${GUESTS}/{name}`,
    find: `GET ${GUESTS}/{name}`,
    list: `GET ${GUESTS}`,
    suspend: `PATCH ${GUESTS}/{name}`,
    resume: `PATCH ${GUESTS}/{name}`,
    watch: `GET ${GUESTS}`,
    check: `GET ${GUESTS}`,
  },
  { kind: 'tm:vcmp:guest:gueststats' },
)

const certificate = await makeCertificate()
const sample = applianceAt('https://127.0.0.1')
const request = { type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard', networkIds: ['front', 'back'] } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/hardware-lb, bigip-vcmp, on a pair of simulators',
    clock: quickClock,
    limits: quickLimits,
    plugin: bigipVcmp,
    open: () => openPair(() => createFakeVcmp({ tls: certificate })),
    close: closePair,
    driver: ({ left, right }) => {
      const appliances = {
        left: applianceAt(left.server.url, certificate),
        right: applianceAt(right.server.url, certificate),
      }
      return bigipVcmp({ inventory: JSON.stringify({ appliances, flavors }) })
    },
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: 'large' }),
    secrets: [PASSWORD, TOKEN_PREFIX],
    backend: control,
    options: { inventory: { appliances: { left: sample }, flavors } },
    badOptions: [
      { inventory: { appliances: { left: { ...sample, endpoint: 'snmp://left', settings: { slots: 0 } } } } },
      { inventory: 'appliances: []', namePrefix: 'a b' },
    ],
    unknownImage: 'nothing',
    states: {
      'deployed/running': 'active',
      'deployed/no stats': 'building',
      'deployed/created': 'building',
      'deployed/starting': 'building',
      'deployed/installing-vdisk': 'building',
      'deployed/waiting-for-disk': 'building',
      'deployed/stopping': 'suspending',
      'deployed/failed': 'error',
      'provisioned/stopped': 'suspended',
      'provisioned/stopping': 'suspending',
      'configured/no stats': 'suspended',
      'configured/stopping': 'suspending',
    },
    pageSize: 5,
  },
)
