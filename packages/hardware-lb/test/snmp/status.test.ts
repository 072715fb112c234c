import { createCompute, InstanceNotFoundError, type Compute, type DriverBinding } from '@amphora/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { caddy } from '../../src/index.ts'
import { textIndex } from '../../src/snmp/guest-table.ts'
import { createFakeCaddy } from '../fake-caddy.ts'
import { createSnmpAgent, type AgentObject, type SnmpAgent } from './agent.ts'
import { AUTH_KEY, PRIV_KEY, USER } from './client.ts'

const ENTRY = '1.3.6.1.4.1.32473.1.1.1'

let fake: Awaited<ReturnType<typeof createFakeCaddy>>
let agent: SnmpAgent
let compute: Compute<{ readonly box: DriverBinding }>
let shown: (name: string, tenant: Readonly<Record<string, unknown>>) => readonly AgentObject[]

const idText = (tenant: Readonly<Record<string, unknown>>): string =>
  typeof tenant['@id'] === 'string' ? tenant['@id'] : ''
const stateOf = ({ listen }: Readonly<Record<string, unknown>>): number =>
  Array.isArray(listen) && listen.length > 0 ? 1 : 2

beforeEach(async () => {
  fake = await createFakeCaddy()
  shown = (name, tenant) => [
    { oid: `${ENTRY}.1.${textIndex(name)}`, value: name },
    { oid: `${ENTRY}.2.${textIndex(name)}`, value: stateOf(tenant) },
    { oid: `${ENTRY}.3.${textIndex(name)}`, value: idText(tenant) },
  ]
  agent = await createSnmpAgent({
    users: [USER],
    objects: () => [
      { oid: '1.3.6.1.2.1.1.2.0', value: { oid: '1.3.6.1.4.1.8072.3.2.10' } },
      { oid: '1.3.6.1.2.1.1.3.0', value: 4_711 },
      ...[...fake.tenants].flatMap(([name, tenant]) => shown(name, tenant)),
    ],
  })
  compute = await createCompute({
    drivers: {
      box: caddy({
        inventory: {
          appliances: {
            box: {
              profile: 'caddy',
              endpoint: fake.server.url,
              allowInsecureHttp: true,
              snmp: {
                port: agent.port,
                user: 'ops',
                authKey: () => AUTH_KEY,
                privKey: () => PRIV_KEY,
                timeoutMs: 100,
                retries: 1,
              },
              images: { web: 'one' },
              settings: { listen: ['127.0.0.1:20000-20009'], templates: { one: ['127.0.0.1:8080'] } },
            },
          },
        },
      }),
    },
  })
})
afterEach(async () => {
  await compute.close()
  await agent.close()
  await fake.close()
})

const build = (name: string): Promise<string> => compute.build({ name, type: 'HWLoadBalancer', imageId: 'web' })

it('is one datagram, and no request beside it', async () => {
  const id = await build('web')
  await compute.status(id)
  fake.server.clear()
  const before = agent.datagrams()
  expect(await compute.status(id)).toEqual({ state: 'active', up: true, raw: 'listening' })
  expect([agent.datagrams() - before, fake.server.count()]).toEqual([1, 0])
})

it('follows what the table says', async () => {
  const id = await build('web')
  await compute.suspend(id)
  fake.server.clear()
  expect(await compute.status(id)).toMatchObject({ state: 'suspended', up: false })
  expect(fake.server.count()).toBe(0)
})

it('of a guest that the table does not tell is that of the box', async () => {
  const id = await build('web')
  shown = () => []
  expect(await compute.status(id)).toMatchObject({ state: 'active' })
})

it('of a row that may be of another guest is that of the box', async () => {
  const id = await build('web')
  const was = shown
  shown = (name, tenant) =>
    was(name, { ...tenant, listen: [], '@id': idText(tenant).replace(/:[a-z0-9]{8}@/, ':aaaaaaaa@') })
  expect(await compute.status(id)).toMatchObject({ state: 'active' })
})

it('of a guest that is gone is not found, whatever the table still says', async () => {
  const id = await build('web')
  await compute.delete(id)
  await expect(compute.status(id)).rejects.toThrow(InstanceNotFoundError)
  await build('web')
  await expect(compute.status(id)).rejects.toThrow(InstanceNotFoundError)
})

it('is that of the box where the agent is silent, which is then left alone', async () => {
  const id = await build('web')
  await agent.down()
  const began = performance.now()
  expect(await compute.status(id)).toMatchObject({ state: 'active' })
  fake.server.clear()
  expect(await compute.status(id)).toMatchObject({ state: 'active' })
  expect(fake.server.count()).toBe(1)
  expect(performance.now() - began).toBeLessThan(5_000)
})

it('is checked along with the box, and a silent agent is a warning', async () => {
  expect(await compute.check()).toMatchObject([{ warnings: [] }])
  await agent.down()
  const [report] = await compute.check()
  expect(report?.failure).toBeUndefined()
  expect(report?.warnings).toEqual([
    'box: Caddy was asked over SNMP to say what it is, and nothing answers at its address',
  ])
})

it('is watched by the table: the box is asked when that changes, and only then', async () => {
  const id = await build('web')
  const seen: string[] = []
  const stop = new AbortController()
  const watching = (async (): Promise<void> => {
    for await (const amphora of compute.watch({ signal: stop.signal })) seen.push(amphora.status.state)
  })().catch(() => {})
  const sees = (state: string): Promise<void> => expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(state)
  await sees('active')
  fake.server.clear()
  const before = agent.datagrams()
  await expect.poll(() => agent.datagrams() - before, { timeout: 10_000 }).toBeGreaterThan(2)
  expect(fake.server.count()).toBe(0)
  await compute.suspend(id)
  await sees('suspended')
  await compute.delete(id)
  await sees('deleted')
  stop.abort()
  await watching
  expect(seen).toEqual(['active', 'suspended', 'deleted'])
}, 60_000)
