import { bigipVcmp } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { racesForTheLastSlot } from '../last-slot.ts'
import { createFakeVcmp } from './fake-vcmp.ts'
import { optionsFor } from './setting.ts'

const certificate = await makeCertificate()

racesForTheLastSlot({
  plugin: bigipVcmp,
  open: () => createFakeVcmp({ tls: certificate, cores: 2 }),
  options: ({ server }) => optionsFor(server.url, certificate),
  request: (name) => ({ name, type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard' }),
})
