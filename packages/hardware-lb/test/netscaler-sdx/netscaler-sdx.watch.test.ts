import { createCompute } from '@amphora/core'
import { expect, it } from 'vitest'
import { netscalerSdx } from '../../src/index.ts'
import { makeCertificate } from '../certificate.ts'
import { createSnmpAgent, type AgentObject } from '../snmp/agent.ts'
import { AUTH_KEY, PRIV_KEY, USER } from '../snmp/client.ts'
import { API, createFakeSdx, type Instance } from './fake-sdx.ts'
import { applianceAt, flavors, PASSWORD } from './setting.ts'

const certificate = await makeCertificate()
process.env['HWLB_TEST_SDX_AUTH'] = AUTH_KEY
process.env['HWLB_TEST_SDX_PRIV'] = PRIV_KEY

/** *documentation*: SDX-ROOT-MIB, `netscalerEntry`, indexed by the addresses of the instance and of its host. */
function rowOf({ config, vm, state }: Instance): readonly AgentObject[] {
  const entry = '1.3.6.1.4.1.5951.6.3.2.1'
  const index = `1.4.${String(config['ip_address'])}.1.4.10.0.0.2`
  const texts = { 6: config['name'], 12: config['description'], 15: state, 18: vm }
  return Object.entries(texts).map(([column, text]) => ({ oid: `${entry}.${column}.${index}`, value: String(text) }))
}

it('is watched by its table: the SDX is asked when that changes, and only then', async () => {
  const fake = await createFakeSdx({ certificate, password: PASSWORD })
  const agent = await createSnmpAgent({
    users: [USER],
    objects: () => [
      { oid: '1.3.6.1.2.1.1.2.0', value: { oid: '1.3.6.1.4.1.5951.6' } },
      { oid: '1.3.6.1.2.1.1.3.0', value: 4_711 },
      ...[...fake.instances.values()].flatMap(rowOf),
    ],
  })
  const snmp = {
    user: USER.name,
    port: agent.port,
    authKey: { env: 'HWLB_TEST_SDX_AUTH' },
    privKey: { env: 'HWLB_TEST_SDX_PRIV' },
  }
  const box = { ...applianceAt(fake.server.url, certificate), snmp }
  const inventory = JSON.stringify({ appliances: { box }, flavors })
  const compute = await createCompute({ drivers: { box: netscalerSdx({ inventory }) } })
  const stop = new AbortController()
  const seen: string[] = []
  try {
    const id = await compute.build({ name: 'lb-one', type: 'HWLoadBalancer', flavor: 'small', imageId: 'standard' })
    await compute.waitFor(id, 'active')
    const watching = (async (): Promise<void> => {
      for await (const amphora of compute.watch({ signal: stop.signal })) seen.push(amphora.status.state)
    })().catch(() => {})
    const sees = (state: string): Promise<void> => expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe(state)
    await sees('active')
    fake.server.clear()
    const before = agent.datagrams()
    await expect.poll(() => agent.datagrams() - before, { timeout: 20_000 }).toBeGreaterThan(1)
    expect(fake.server.count(`GET ${API}/ns`)).toBe(0)
    fake.force('lb-one', 'Halted/Out of Service')
    await sees('suspended')
    stop.abort()
    await watching
    expect(seen).toEqual(['active', 'suspended'])
    await compute.delete(id)
  } finally {
    stop.abort()
    await compute.close()
    await Promise.all([agent.close(), fake.close()])
  }
}, 60_000)
