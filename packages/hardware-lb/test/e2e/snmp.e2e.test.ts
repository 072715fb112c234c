import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createCompute, silentLogger, systemClock, type Compute, type DriverBinding } from '@amphora/core'
import { applianceMissing } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alteonVx, caddy, type HardwareOptions, type InventoryAppliance, type InventorySnmp } from '../../src/index.ts'
import { table } from '../../src/profiles/caddy/table.ts'
import { Bell } from '../../src/snmp/bell.ts'
import { SYS_NAME } from '../../src/snmp/objects.ts'
import { TrapReceiver } from '../../src/snmp/trap-receiver.ts'
import { clientOf, credentialsOf, request } from '../snmp/client.ts'
import { openSite, said, valueOf, type Site } from './real-appliances.ts'
import { openRelay } from './relay.ts'
import { openTrapWitness } from './snmptrapd.ts'

const missing = await applianceMissing()
const ENGINE_BOOTS = '1.3.6.1.6.3.10.2.1.2.0'
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
/** Whoever sends traps here says that it is this one. */
const SENDER = '0x8000000001020304'
type Balancers = Compute<{ edge: DriverBinding }>

describe.skipIf(missing !== undefined)(
  `SNMP with snmpd${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    const opened: Balancers[] = []
    beforeAll(async () => {
      site = await openSite()
    })
    afterAll(async () => {
      for (const one of opened) await one.close()
      await site?.clear()
    })

    /** Asks once: what is wrong with an agent does not pass. */
    async function withAlteon(
      snmp: Partial<InventorySnmp> = {},
      over: Partial<InventoryAppliance> = {},
    ): Promise<Balancers> {
      const box = site.alteon({ snmp: site.snmp({ timeoutMs: 300, retries: 1, ...snmp }), ...over })
      const drivers = { edge: alteonVx({ inventory: { appliances: { box } } }) }
      const compute = await createCompute({ drivers, owner: site.owner, breaker: false })
      opened.push(compute)
      return compute
    }

    async function withCaddy(
      over: Partial<InventoryAppliance>,
      options: Partial<HardwareOptions> = {},
    ): Promise<Balancers> {
      const drivers = { edge: caddy({ inventory: { appliances: { box: site.caddy(over) } }, ...options }) }
      const compute = await createCompute({ drivers, owner: site.owner })
      opened.push(compute)
      return compute
    }

    const snmpUser = (): Parameters<typeof credentialsOf>[0] => ({
      ...site.testbed.snmp,
      name: site.testbed.snmp.user,
    })

    async function boots(): Promise<number> {
      const [line = ''] = await site.ask('snmpget', ENGINE_BOOTS)
      return Number(valueOf(line))
    }

    async function freePort(): Promise<number> {
      const socket = createSocket('udp4')
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      const { port } = socket.address()
      socket.close()
      return port
    }

    describe('an agent that is killed', () => {
      it('and started again is read on, whether it has kept its boots or counts from one', async () => {
        const compute = await withAlteon()
        expect((await compute.check())[0]?.failure).toBeUndefined()
        const before = await boots()
        await site.testbed.kill('snmpd')
        await site.testbed.start('snmpd')
        expect(await boots()).toBe(before + 1)
        expect((await compute.check())[0]?.failure).toBeUndefined()
        await site.testbed.kill('snmpd')
        await site.testbed.start('snmpd', { forgetBoots: true })
        expect(await boots()).toBe(1)
        expect((await compute.check())[0]?.failure).toBeUndefined()
      })

      it('is unreachable meanwhile, and what it told of is never taken for gone', async () => {
        const inventory = { appliances: { box: site.alteon() }, flavors: { small: { units: 1 } } }
        const compute = await createCompute({ drivers: { edge: alteonVx({ inventory }) }, owner: site.owner })
        opened.push(compute)
        const request = { name: 'kept', type: 'HWLoadBalancer', flavor: 'small' } as const
        const id = await compute.build(request)
        await site.testbed.kill('snmpd')
        try {
          await expect(compute.getAmphora({ id }, { timeoutMs: 2_000 })).rejects.toMatchObject({
            code: expect.stringMatching(/^(unavailable|deadline-exceeded)$/),
          })
        } finally {
          await site.testbed.start('snmpd', { forgetBoots: true })
        }
        await compute.waitFor(id, 'active')
        await compute.delete(id)
      })
    })

    it.each([
      ['a wrong authentication key', 'wrong-auth-key', { authKey: () => 'wrong-0123456789' }, {}],
      ['an unknown user', 'unknown-user', { user: 'nobody' }, {}],
      ['a wrong privacy key', 'silent', { privKey: () => 'wrong-0123456789' }, {}],
      ['a port on which nobody listens', 'unreachable', {}, { endpoint: 'snmp://127.0.0.1:1' }],
    ] as const)('%s is told as hardware/snmp-%s', async (_what, reason, snmp, over) => {
      const compute = await withAlteon(snmp, over)
      expect((await compute.check())[0]?.failure?.reason).toBe(`hardware/snmp-${reason}`)
    })

    it('the community is asked with where it is spelled out; a wrong one is silence, and that is said', async () => {
      const v2c = {
        version: 'v2c',
        allowWeakSnmp: true,
        port: site.testbed.snmp.port,
        timeoutMs: 300,
        retries: 0,
      } as const
      const right = await withCaddy({ snmp: { ...v2c, community: { env: 'HWLB_E2E_COMMUNITY' } } })
      const wrong = await withCaddy({ snmp: { ...v2c, community: () => 'wrong' } })
      const warnings = async (one: Balancers): Promise<string> => ((await one.check())[0]?.warnings ?? []).join('\n')
      expect(await warnings(right)).not.toContain('did not answer')
      expect(await warnings(wrong)).toContain('did not answer: its address or the community may be wrong')
    })

    describe('on the wire', () => {
      it('a status is one question and one answer', async () => {
        const relay = await openRelay(site.testbed.snmp)
        const compute = await withCaddy({ snmp: site.snmp({ port: relay.port, timeoutMs: 5_000 }) })
        const id = await compute.build({ name: 'counted', type: 'HWLoadBalancer', imageId: 'web' })
        try {
          // The first question has to find out about the agent, and may come before the table knows the tenant.
          await expect.poll(async () => (await compute.status(id)).state, { timeout: 5_000 }).toBe('active')
          relay.take()
          expect(await compute.status(id)).toMatchObject({ state: 'active', raw: 'listening' })
          expect(relay.take()).toEqual({ questions: 1, answers: 1 })
        } finally {
          await compute.delete(id)
          relay.close()
        }
      })

      it('250 tenants are read by at most ceil(250 x columns / 40) + 1 questions', async () => {
        const path = '/config/apps/http/servers'
        const before = (await site.curl(path)).stdout
        const servers: Readonly<Record<string, unknown>> = JSON.parse(before)
        const more = Array.from({ length: 250 - Object.keys(servers).length }, (_, at) => `${site.owner}-${at}`)
        const idText = `amphora:${site.owner}:0123456789abcdef:01234567@127.0.0.1:12100`
        const tenants = more.map((name, at) => [name, { '@id': `${idText}-${at}`, listen: [], routes: [] }] as const)
        const change = async (body: string): Promise<void> => {
          const json = ['-X', 'PATCH', '-H', 'content-type: application/json', '-d', body]
          expect(await site.curl(path, ...json)).toMatchObject({ exitCode: 0, stdout: '' })
        }
        const relay = await openRelay(site.testbed.snmp)
        const { port } = relay
        const client = clientOf(port, { credentials: credentialsOf(snmpUser()), timeoutMs: 5_000, retries: 0 })
        try {
          await change(JSON.stringify({ ...servers, ...Object.fromEntries(tenants) }))
          const walked = (): Promise<readonly string[]> => site.ask('snmpwalk', `${table.entry}.${table.columns.name}`)
          // snmpd's table is a moment behind Caddy.
          await expect.poll(async () => (await walked()).length, { timeout: 10_000 }).toBe(250)
          await client.get([SYS_NAME], request())
          relay.take()
          const columns = Object.values(table.columns)
          const rows = await client.table(table.entry, columns, request())
          const { questions, answers } = relay.take()
          expect([rows.size, columns.length, answers]).toEqual([250, 3, questions])
          expect(questions).toBeLessThanOrEqual(Math.ceil((250 * columns.length) / 40) + 1)
          const names = [...rows.values()].map((row) => textOf(row.get(table.columns.name)))
          expect(names.sort()).toEqual((await walked()).map(valueOf).sort())
        } finally {
          await client.close()
          relay.close()
          await change(before)
        }
      })
    })

    describe('what snmptrap sends', () => {
      const v3 = (authKey: string): readonly string[] => {
        const { user, privKey } = site.testbed.snmp
        const keys = ['-a', 'SHA-256', '-A', authKey, '-x', 'AES', '-X', privKey]
        return ['-v3', '-e', SENDER, '-u', user, '-l', 'authPriv', ...keys]
      }
      const unsigned = ['-v3', '-e', SENDER, '-u', 'ops', '-l', 'noAuthNoPriv']
      const send = (port: number, ...who: readonly string[]): Promise<{ readonly exitCode: number }> =>
        said('snmptrap', [...who, '-t', '1', '-r', '0', `127.0.0.1:${port}`, '', LINK_DOWN])

      it('rings for its appliance where it is authenticated, and is dropped and counted where not', async () => {
        const [port, witnessPort] = [await freePort(), await freePort()]
        const rung: string[] = []
        const bell = new Bell()
        bell.ring = (appliance) => void rung.push(appliance)
        const receiver = new TrapReceiver({
          address: '127.0.0.1',
          port,
          credentials: credentialsOf(snmpUser()),
          owner: site.owner,
          clock: systemClock,
          logger: silentLogger,
          agents: [{ appliance: 'box', host: '127.0.0.1' }],
        })
        receiver.listen(bell)
        expect(await receiver.isListening()).toBe(true)
        const witness = await openTrapWitness({ ...site.testbed.snmp, port: witnessPort, engineId: SENDER })
        const sendToBoth = async (...who: readonly string[]): Promise<void> => {
          for (const one of [port, witnessPort]) expect(await send(one, ...who)).toMatchObject({ exitCode: 0 })
        }
        const dropped = (): number => receiver.dropped().unauthenticated
        const linkDown = expect.stringContaining(`.1.3.6.1.6.3.1.1.4.1.0 = OID: .${LINK_DOWN}`)
        try {
          await sendToBoth(...v3(site.testbed.snmp.authKey))
          await expect.poll(() => rung, { timeout: 5_000 }).toEqual(['box'])
          await expect.poll(() => witness.accepted(), { timeout: 5_000 }).toEqual([linkDown])
          expect(dropped()).toBe(0)
          for (const [at, who] of [v3('wrong-0123456789'), unsigned, ['-v2c', '-c', 'public']].entries()) {
            await sendToBoth(...who)
            await expect.poll(dropped, { timeout: 5_000 }).toBe(at + 1)
          }
          expect(rung).toEqual(['box'])
          // What comes last is read last: by then snmptrapd has refused the three before it.
          await sendToBoth(...v3(site.testbed.snmp.authKey))
          await expect.poll(() => rung, { timeout: 5_000 }).toEqual(['box', 'box'])
          await expect.poll(() => witness.accepted(), { timeout: 5_000 }).toEqual([linkDown, linkDown])
        } finally {
          await witness.close()
          await receiver.close()
        }
      })

      it('is received while somebody watches, informs are answered, and check tells what was dropped', async () => {
        const port = await freePort()
        const keys = { authKey: { env: 'HWLB_E2E_AUTH_KEY' }, privKey: { env: 'HWLB_E2E_PRIV_KEY' } }
        const traps = { address: '127.0.0.1', port, user: site.testbed.snmp.user, ...keys }
        const compute = await withCaddy({}, { traps })
        const stop = new AbortController()
        const watching = (async () => {
          for await (const _ of compute.watch({ signal: stop.signal }));
        })().catch(() => undefined)
        const inform = async (): Promise<number> => {
          const who = v3(site.testbed.snmp.authKey).filter((one) => !['-e', SENDER].includes(one))
          return (await send(port, '-Ci', ...who)).exitCode
        }
        const dropped = async (): Promise<number> => {
          const warnings = (await compute.check())[0]?.warnings ?? []
          return Number(/traps dropped: (\d+) not authenticated/.exec(warnings.join('\n'))?.[1] ?? 0)
        }
        try {
          await expect.poll(inform, { timeout: 10_000 }).toBe(0)
          const before = await dropped()
          await send(port, '-v2c', '-c', 'public')
          await expect.poll(dropped, { timeout: 5_000 }).toBe(before + 1)
        } finally {
          stop.abort()
          await watching
        }
      })
    })
  },
)

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : ''
}
