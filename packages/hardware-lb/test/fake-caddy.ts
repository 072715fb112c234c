import { createFakeServer, type FakeResponse } from '@amphora/conformance/fake-server'
import type { Simulator } from './simulator.ts'

/** A server in its configuration. */
export type Tenant = Readonly<Record<string, unknown>>

const SERVERS = '/config/apps/http/servers'

/** Caddy's admin interface as its clients see it. Its shapes and words are those of Caddy 2.6.2 (confidence: recorded). */
export async function createFakeCaddy(tls?: {
  readonly cert: string
  readonly key: string
}): Promise<Simulator & { readonly tenants: ReadonlyMap<string, Tenant> }> {
  const server = await createFakeServer(tls === undefined ? {} : { tls })
  const tenants = new Map<string, Tenant>()
  const held = new Map<string, Tenant>()
  let isHolding = false
  let isFull = false

  /** The configuration is loaded as a whole, or not at all. */
  function load(name: string, tenant: Tenant): FakeResponse {
    for (const address of listenOf(tenant)) {
      const holder = [...tenants].find(([other, one]) => other !== name && listenOf(one).includes(address))
      if (holder !== undefined) {
        const where = `listener address repeated: ${address} (already claimed by server '${holder[0]}')`
        return says(500, `loading new config: loading http app module: server ${name}: ${where}`)
      }
      if (isFull)
        return says(
          500,
          `loading new config: http app module: start: listen tcp ${address}: bind: address already in use`,
        )
    }
    tenants.set(name, tenant)
    return { status: 200 }
  }

  function named(id: string): readonly [string, Tenant] | undefined {
    return [...tenants].find(([, tenant]) => tenant['@id'] === id)
  }

  server.route(`GET ${SERVERS}`, () => ({ json: Object.fromEntries(tenants) }))
  server.route(`GET ${SERVERS}/{name}`, ({ params: { name } }) => ({ json: tenants.get(name) ?? null }))
  server.route(`PUT ${SERVERS}/{name}`, (request) => {
    const { name } = request.params
    if (request.headers['content-type'] !== 'application/json') return says(400, 'unacceptable content-type')
    if (tenants.has(name)) return says(500, `[${SERVERS}/${name}] key already exists: ${name}`)
    const tenant = request.json() as Tenant
    const answer = load(name, isHolding ? { ...tenant, routes: [] } : tenant)
    if (isHolding && tenants.has(name)) held.set(name, tenant)
    return answer
  })
  server.route('PATCH /id/{id}/listen', (request) => {
    const { id } = request.params
    const found = named(id)
    if (found === undefined) return says(404, `unknown object ID '${id}'`)
    return load(found[0], { ...found[1], listen: request.json() })
  })
  server.route('DELETE /id/{id}', ({ params: { id } }) => {
    const found = named(id)
    if (found === undefined) return says(404, `unknown object ID '${id}'`)
    tenants.delete(found[0])
    return { status: 200 }
  })

  return {
    server,
    tenants,
    inventory: () => [...tenants].map(([name, tenant]) => `${name}:${nonceOf(tenant)}`),
    holds: (name) => tenants.has(name),
    plant: (name) => {
      tenants.set(name, { listen: ['127.0.0.1:1'], routes: [{}] })
      return `${name}:`
    },
    force: (name, word) => tenants.set(name, saying(word, tenants.get(name) ?? {})),
    setFull: (full) => void (isFull = full),
    setHeld: (hold) => {
      isHolding = hold
      for (const [name, tenant] of hold ? [] : held) if (tenants.has(name)) tenants.set(name, tenant)
      held.clear()
    },
    close: () => server.close(),
  }
}

/** The configuration of which Caddy would say this; a word that it has not makes one that nobody can read. */
function saying(word: string, tenant: Tenant): Tenant {
  const id = String(tenant['@id'])
  const whole = { ...tenant, listen: [id.slice(id.indexOf('@') + 1)], routes: [{ handle: [] }] }
  switch (word) {
    case 'listening':
      return whole
    case 'not listening':
      return { ...whole, listen: [] }
    case 'listening elsewhere':
      return { ...whole, listen: ['127.0.0.1:9'] }
    case 'without routes':
      return { ...whole, routes: [] }
    default:
      return { ...whole, listen: word }
  }
}

function nonceOf(tenant: Tenant): string {
  return /^amphora:[^:]+:[^:]+:([^:@]+)/.exec(String(tenant['@id']))?.[1] ?? ''
}

function listenOf({ listen }: Tenant): readonly string[] {
  return Array.isArray(listen) ? listen.filter((one) => typeof one === 'string') : []
}

function says(status: number, error: string): FakeResponse {
  return { status, json: { error } }
}
