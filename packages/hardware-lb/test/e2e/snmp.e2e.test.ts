import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createCompute, silentLogger, systemClock, type Compute, type DriverBinding } from '@amphora/core'
import { applianceMissing } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alteonVx, caddy, type HardwareOptions, type InventoryAppliance, type InventorySnmp } from '../../src/index.ts'
import { Bell } from '../../src/snmp/bell.ts'
import { TrapReceiver } from '../../src/snmp/trap-receiver.ts'
import { credentialsOf } from '../snmp/client.ts'
import { openSite, said, valueOf, type Site } from './real-appliances.ts'

const missing = await applianceMissing()
const ENGINE_BOOTS = '1.3.6.1.6.3.10.2.1.2.0'
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
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

    describe('what snmptrap sends', () => {
      const v3 = (authKey: string): readonly string[] => {
        const { user, privKey } = site.testbed.snmp
        const keys = ['-a', 'SHA-256', '-A', authKey, '-x', 'AES', '-X', privKey]
        return ['-v3', '-e', '0x8000000001020304', '-u', user, '-l', 'authPriv', ...keys]
      }
      const unsigned = ['-v3', '-e', '0x8000000001020304', '-u', 'ops', '-l', 'noAuthNoPriv']
      const send = (port: number, ...who: readonly string[]): Promise<{ readonly exitCode: number }> =>
        said('snmptrap', [...who, '-t', '1', '-r', '0', `127.0.0.1:${port}`, '', LINK_DOWN])

      it('rings for its appliance where it is authenticated, and is dropped and counted where not', async () => {
        const port = await freePort()
        const rung: string[] = []
        const bell = new Bell()
        bell.ring = (appliance) => void rung.push(appliance)
        const receiver = new TrapReceiver({
          address: '127.0.0.1',
          port,
          credentials: credentialsOf({ ...site.testbed.snmp, name: site.testbed.snmp.user }),
          owner: site.owner,
          clock: systemClock,
          logger: silentLogger,
          agents: [{ appliance: 'box', host: '127.0.0.1' }],
        })
        receiver.listen(bell)
        expect(await receiver.isListening()).toBe(true)
        const dropped = (): number => receiver.dropped().unauthenticated
        try {
          await send(port, ...v3(site.testbed.snmp.authKey))
          await expect.poll(() => rung, { timeout: 5_000 }).toEqual(['box'])
          expect(dropped()).toBe(0)
          for (const [at, who] of [v3('wrong-0123456789'), unsigned, ['-v2c', '-c', 'public']].entries()) {
            await send(port, ...who)
            await expect.poll(dropped, { timeout: 5_000 }).toBe(at + 1)
          }
          expect(rung).toEqual(['box'])
        } finally {
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
          const who = v3(site.testbed.snmp.authKey).filter((one) => !['-e', '0x8000000001020304'].includes(one))
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
