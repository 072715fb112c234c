import { conformance } from '@amphora/conformance'
import { describe, it } from 'vitest'
import { f5os } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { quickClock, quickLimits } from '../quick-clock.ts'
import { closePair, controlOf, openPair } from '../simulator.ts'
import { createFakeF5os } from './fake-f5os.ts'
import { applianceAt, flavors, PASSWORD, TOKEN_PREFIX } from './setting.ts'

const TENANTS = '/restconf/data/f5-tenants:tenants'

const control = controlOf(
  {
    build: `POST ${TENANTS}`,
    delete: `DELETE ${TENANTS}/{tenant}`,
    status: `GET ${TENANTS}/{tenant}`,
    getAmphora: `GET ${TENANTS}/{tenant}`,
    find: `GET ${TENANTS}/{tenant}`,
    list: `GET ${TENANTS}`,
    suspend: `PUT ${TENANTS}/{tenant}/config/{leaf}`,
    resume: `PUT ${TENANTS}/{tenant}/config/{leaf}`,
    watch: `GET ${TENANTS}`,
    check: `GET ${TENANTS}`,
  },
  { 'f5-tenants:tenants': [] },
)

const certificate = await makeCertificate()
const sample = applianceAt('https://127.0.0.1:8888')
const request = { type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard', networkIds: ['front', 'back'] } as const

conformance(
  { describe, it, concurrently: it.concurrent },
  {
    name: '@amphora/hardware-lb, f5os, on a pair of simulators',
    clock: quickClock,
    limits: quickLimits,
    plugin: f5os,
    open: () => openPair(() => createFakeF5os({ tls: certificate })),
    close: closePair,
    driver: ({ left, right }) => {
      const appliances = {
        left: applianceAt(left.server.url, certificate),
        right: applianceAt(right.server.url, certificate),
      }
      return f5os({ inventory: JSON.stringify({ appliances, flavors }) })
    },
    request: (name) => ({ ...request, name }),
    otherRequest: (name) => ({ ...request, name, flavor: 'large' }),
    secrets: [PASSWORD, TOKEN_PREFIX],
    backend: control,
    options: { inventory: { appliances: { left: sample }, flavors } },
    badOptions: [
      { inventory: { appliances: { left: { ...sample, endpoint: 'snmp://left', settings: { nodes: [] } } } } },
      { inventory: 'appliances: []', namePrefix: 'a b' },
    ],
    unknownImage: 'nothing',
    states: {
      'deployed/Running': 'active',
      'deployed/Starting': 'building',
      'deployed/Pending': 'building',
      'deployed/Provisioned': 'building',
      'deployed/Pending/Insufficient slots to deploy tenant': 'error',
      'provisioned/Provisioned': 'suspended',
      'provisioned/Running': 'suspending',
      'configured/Configured': 'suspended',
      'configured/Running': 'suspending',
    },
    pageSize: 5,
  },
)
