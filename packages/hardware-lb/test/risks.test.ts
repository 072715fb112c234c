import { createCompute, silentLogger, type Logger } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caddy, type InventoryAppliance } from '../src/index.ts'
import { makeCertificate, type Certificate } from './certificate.ts'
import { createFakeCaddy } from './fake-caddy.ts'

const ours = await makeCertificate('an-appliance-with-a-name-of-its-own')
const others = await makeCertificate()
let fake: Awaited<ReturnType<typeof createFakeCaddy>>
let warned: [object, string][]

beforeEach(async () => {
  fake = await createFakeCaddy(ours)
  warned = []
})
afterEach(() => fake.close())

async function checked(
  over: Partial<InventoryAppliance>,
): Promise<{ readonly code: string | undefined; readonly warnings: readonly string[] }> {
  const logger: Logger = {
    ...silentLogger,
    warn: (fields: object, text: string) => void warned.push([fields, text]),
    child: () => logger,
  }
  const settings = { listen: ['127.0.0.1:80'], templates: {} }
  const appliances = { box: { profile: 'caddy', endpoint: fake.server.url, settings, ...over } }
  const compute = await createCompute({ logger, drivers: { box: caddy({ inventory: { appliances } }) } })
  const [report] = await compute.check()
  await compute.close()
  return { code: report?.failure?.code, warnings: report?.warnings ?? [] }
}

it('an appliance of a profile that no driver serves is warned of by check, and one of another driver is not', async () => {
  const box = { profile: 'caddy', endpoint: fake.server.url, tls: { ...ca(ours), pin: ours.pin } }
  const appliances = {
    box: { ...box, settings: { listen: ['127.0.0.1:80'], templates: {} } },
    slip: { ...box, profile: 'cady' },
    tenant: { ...box, profile: 'f5os' },
  }
  const compute = await createCompute({ drivers: { box: caddy({ inventory: { appliances } }) } })
  const [report] = await compute.check()
  await compute.close()
  expect(report?.warnings).toEqual(['slip: no driver here serves the profile "cady"'])
})

const ca = ({ file }: Certificate): { readonly ca: { readonly file: string } } => ({ ca: { file } })

describe('a certificate that its appliance has signed itself', () => {
  it('is believed with CA and pin, whatever name it has', async () => {
    expect(await checked({ tls: { ...ca(ours), pin: ours.pin } })).toEqual({ code: undefined, warnings: [] })
    expect(warned).toEqual([])
  })

  it.each([
    ['neither', {}],
    ['the CA alone, with another name in it', ca(ours)],
    ['another CA', ca(others)],
    ['a wrong pin', { ...ca(ours), pin: others.pin }],
  ])('is not believed with %s, and nothing reaches the box', async (_what, tls) => {
    expect((await checked({ tls })).code).toBeDefined()
    expect(fake.server.count()).toBe(0)
  })

  it('is believed without a look where that is spelled out, which is warned of, once and by check', async () => {
    const { code, warnings } = await checked({ tls: { insecureSkipVerify: true } })
    expect(code).toBeUndefined()
    expect(warnings).toEqual(['box: insecureSkipVerify: whoever answers at its address is believed'])
    expect(warned).toEqual([
      [{ appliances: ['box'] }, 'insecureSkipVerify: whoever answers at its address is believed'],
    ])
  })
})

it('what is read over an SNMP that anybody can forge is warned of', async () => {
  const { warnings } = await checked({
    tls: { ...ca(ours), pin: ours.pin },
    snmp: { version: 'v2c', community: () => 'public', allowWeakSnmp: true, port: 9, timeoutMs: 50, retries: 0 },
  })
  expect(warnings.join('\n')).toContain('box: allowWeakSnmp: what is read over SNMP may have been said by anybody')
})
