import { f5os } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { racesForTheLastSlot } from '../last-slot.ts'
import { createFakeF5os } from './fake-f5os.ts'
import { optionsFor } from './setting.ts'

const certificate = await makeCertificate()

racesForTheLastSlot({
  plugin: f5os,
  open: () => createFakeF5os({ tls: certificate, slots: 1 }),
  options: ({ server }) => optionsFor(server.url, certificate),
  request: (name) => ({ name, type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard' }),
})
