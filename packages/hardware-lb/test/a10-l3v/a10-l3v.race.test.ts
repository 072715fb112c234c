import { a10L3v } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { racesForTheLastSlot } from '../last-slot.ts'
import { createFakeA10 } from './fake-a10.ts'
import { optionsFor, PASSWORD } from './setting.ts'

const certificate = await makeCertificate()

racesForTheLastSlot({
  plugin: a10L3v,
  open: () => createFakeA10({ certificate, password: PASSWORD, maxId: 1, failures: 'as-4xx' }),
  options: ({ server }) => optionsFor(server.url, certificate),
  request: (name) => ({ name, type: 'HWLoadBalancer' }),
})
