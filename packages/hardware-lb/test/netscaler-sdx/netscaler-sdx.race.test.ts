import { describe } from 'vitest'
import { netscalerSdx } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { racesForTheLastSlot } from '../last-slot.ts'
import { createFakeSdx, type FakeSdx } from './fake-sdx.ts'
import { applianceAt, flavors, optionsFor, PASSWORD } from './setting.ts'

const certificate = await makeCertificate()
const request = (name: string): object => ({ name, type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard' })

describe('for the last room', () => {
  racesForTheLastSlot({
    plugin: netscalerSdx,
    open: () => createFakeSdx({ certificate, password: PASSWORD, room: 1, failures: 'as-4xx' }),
    options: ({ server }: FakeSdx) => optionsFor(server.url, certificate),
    request,
  })
})

describe('for the last management address', () => {
  const management = { addresses: ['10.0.0.10'], prefixLength: 24, gateway: '10.0.0.1' }
  racesForTheLastSlot({
    plugin: netscalerSdx,
    open: () => createFakeSdx({ certificate, password: PASSWORD }),
    options: ({ server }: FakeSdx) => {
      const box = { ...applianceAt(server.url, certificate), management }
      return { inventory: JSON.stringify({ appliances: { box }, flavors }) }
    },
    request,
  })
})
