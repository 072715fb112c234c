import { createCompute } from '@amphora/core'
import { expect, it } from 'vitest'
import { f5os } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { createSnmpAgent } from '../snmp/agent.ts'
import { AUTH_KEY, PRIV_KEY, USER } from '../snmp/client.ts'
import { createFakeF5os } from './fake-f5os.ts'
import { applianceAt, flavors } from './setting.ts'

const certificate = await makeCertificate()
const request = { type: 'HWLoadBalancer', imageId: 'standard', flavor: 'small' } as const

it('the status of a tenant is one datagram, but for one that waits, of which the box itself is asked', async () => {
  const box = await createFakeF5os({ tls: certificate, slots: 1 })
  const agent = await createSnmpAgent({
    users: [USER],
    objects: () => [
      { oid: '1.3.6.1.2.1.1.2.0', value: { oid: '1.3.6.1.4.1.12276.1.3.1.5' } },
      { oid: '1.3.6.1.2.1.1.3.0', value: 4_711 },
      ...box.objects(),
    ],
  })
  const snmp = { port: agent.port, user: 'ops', authKey: () => AUTH_KEY, privKey: () => PRIV_KEY, timeoutMs: 1_000 }
  const appliances = { box: { ...applianceAt(box.server.url, certificate), snmp } }
  const compute = await createCompute({
    owner: 'tests',
    drivers: { box: f5os({ inventory: { appliances, flavors } }) },
  })
  try {
    const first = await compute.build({ ...request, name: 'web' })
    const second = await compute.build({ ...request, name: 'mail' })
    await compute.waitFor(first, 'active')
    // The first question has to find out about the agent.
    await compute.status(first)
    const [asked, before] = [box.server.count(), agent.datagrams()]
    expect(await compute.status(first)).toMatchObject({ state: 'active', raw: 'deployed/Running' })
    expect([box.server.count() - asked, agent.datagrams() - before]).toEqual([0, 1])
    expect(await compute.status(second)).toMatchObject({ state: 'error', reason: 'f5os/no-slots' })
    expect(box.server.count() - asked).toBe(1)
    await compute.suspend(first)
    await compute.waitFor(first, 'suspended')
    expect(await compute.status(first)).toMatchObject({ state: 'suspended', raw: 'provisioned/Provisioned' })
  } finally {
    await compute.close()
    await agent.close()
    await box.close()
  }
}, 60_000)
