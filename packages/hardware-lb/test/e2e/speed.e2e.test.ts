import { applianceMissing } from '@amphora/testbed'
import library from 'net-snmp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYS_NAME } from '../../src/snmp/objects.ts'
import { clientOf, credentialsOf } from '../snmp/client.ts'
import { openSite, valueOf, type Site } from './real-appliances.ts'

const missing = await applianceMissing()
const ROUNDS = 7
/** Of a round: in each everybody has a turn, so that whatever else the machine does hits them all. */
const TURNS = 20
const CALLS = 100
/** A process each. */
const CLI_CALLS = 1
const IN_FLIGHT = 10

interface BareSession {
  get(oids: readonly string[], done: (error: unknown, varbinds?: readonly { readonly value: unknown }[]) => void): void
  close(): void
}
const snmp = library as {
  readonly createV3Session: (host: string, user: object, options: object) => BareSession
  readonly SecurityLevel: { readonly authPriv: number }
  readonly AuthProtocols: { readonly sha256: string }
  readonly PrivProtocols: { readonly aes: string }
}

interface Contestant {
  readonly name: string
  readonly inFlight: number
  /** Of one turn. */
  readonly calls: number
  /** The value of one object, asked for anew. */
  readonly get: () => Promise<string>
}

describe.skipIf(missing !== undefined)(
  `SNMP GETs a second, on snmpd${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    const closing: (() => unknown)[] = []
    beforeAll(async () => {
      site = await openSite()
    })
    afterAll(async () => {
      for (const close of closing) await close()
      await site?.clear()
    })

    function ourGet(): Contestant['get'] {
      const { user: name, port, ...keys } = site.testbed.snmp
      const client = clientOf(port, { credentials: credentialsOf({ ...keys, name }), timeoutMs: 5_000 })
      closing.push(() => client.close())
      const { signal } = new AbortController()
      return async () => {
        const [value] = await client.get([SYS_NAME], { step: 'say its name', signal })
        return textOf(value)
      }
    }

    /** One session of net-snmp as it comes. */
    function bareGet(): Contestant['get'] {
      const { host, port, user: name, authKey, privKey } = site.testbed.snmp
      const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp
      const protection = { authProtocol: AuthProtocols.sha256, authKey, privProtocol: PrivProtocols.aes, privKey }
      const user = { name, level: SecurityLevel.authPriv, ...protection }
      const session = snmp.createV3Session(host, user, { port, timeout: 5_000 })
      closing.push(() => session.close())
      return () =>
        new Promise((resolve, reject) => {
          session.get([SYS_NAME], (error, varbinds) => {
            if (error === null || error === undefined) resolve(textOf(varbinds?.[0]?.value))
            else reject(new Error('net-snmp could not get it', { cause: error }))
          })
        })
    }

    async function cliGet(): Promise<string> {
      const [line = ''] = await site.ask('snmpget', SYS_NAME)
      return valueOf(line)
    }

    /** One turn, in seconds. Every answer is looked at. */
    async function turn({ inFlight, calls, get }: Contestant): Promise<number> {
      let left = calls
      const begun = performance.now()
      const ask = async (): Promise<void> => {
        for (; left > 0;) {
          left -= 1
          const value = await get()
          if (value !== 'appliance') throw new Error(`a wrong answer: ${value}`)
        }
      }
      await Promise.all(Array.from({ length: inFlight }, ask))
      return (performance.now() - begun) / 1_000
    }

    it('are those of net-snmp, and above those of snmpget', { timeout: 300_000 }, async () => {
      const [ours, bare] = [ourGet(), bareGet()]
      const contestants = {
        ours: { name: 'this client, one after the other', inFlight: 1, calls: CALLS, get: ours },
        bare: { name: 'net-snmp, one after the other', inFlight: 1, calls: CALLS, get: bare },
        oursMany: { name: `this client, ${IN_FLIGHT} at a time`, inFlight: IN_FLIGHT, calls: CALLS, get: ours },
        bareMany: { name: `net-snmp, ${IN_FLIGHT} at a time`, inFlight: IN_FLIGHT, calls: CALLS, get: bare },
        cli: { name: '`snmpget`, a process each', inFlight: 1, calls: CLI_CALLS, get: cliGet },
      } satisfies Readonly<Record<string, Contestant>>
      const all = Object.values(contestants)
      const rates = new Map<Contestant, number[]>(all.map((one) => [one, []]))
      const round = async (): Promise<ReadonlyMap<Contestant, number>> => {
        const seconds = new Map<Contestant, number>()
        for (let at = 0; at < TURNS; at += 1) {
          for (const one of at % 2 === 0 ? all : all.toReversed()) {
            seconds.set(one, (seconds.get(one) ?? 0) + (await turn(one)))
          }
        }
        return new Map([...seconds].map(([one, sum]) => [one, (one.calls * TURNS) / sum]))
      }
      // The first round is for warmth, and finds out about the agent.
      await round()
      for (let at = 0; at < ROUNDS; at += 1) {
        for (const [one, rate] of await round()) rates.get(one)?.push(rate)
      }
      const median = (one: Contestant): number => middle(rates.get(one) ?? [])
      const base = (one: Contestant): Contestant => (one.inFlight === 1 ? contestants.bare : contestants.bareMany)
      const rows = all.map((one) => {
        const [least, most] = [Math.min(...(rates.get(one) ?? [])), Math.max(...(rates.get(one) ?? []))]
        const beside = (median(one) / median(base(one))).toFixed(2)
        return `| ${one.name} | ${shown(median(one))} | ${shown(least)} to ${shown(most)} | ${beside} |`
      })
      const heading = [
        `| GETs a second, ${ROUNDS} rounds | median | range | beside net-snmp |`,
        '| --- | --- | --- | --- |',
      ]
      console.log([...heading, ...rows].join('\n'))
      expect(median(contestants.ours) / median(contestants.bare)).toBeGreaterThan(0.5)
      expect(median(contestants.oursMany) / median(contestants.bareMany)).toBeGreaterThan(0.5)
      expect(median(contestants.ours)).toBeGreaterThan(median(contestants.cli))
    })
  },
)

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : `no text: ${String(value)}`
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function shown(rate: number): string {
  return rate >= 100 ? String(Math.round(rate / 10) * 10) : rate.toFixed(0)
}
