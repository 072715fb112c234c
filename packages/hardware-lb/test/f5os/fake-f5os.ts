import { createHash, randomUUID } from 'node:crypto'
import { createFakeServer, type FakeResponse, type RecordedRequest } from '@amphora/conformance/fake-server'
import { textIndex } from '../../src/index.ts'
import { incarnationOf } from '../../src/profiles/f5os/encode.ts'
import type { Simulator } from '../simulator.ts'
import type { AgentObject } from '../snmp/agent.ts'
import { createTokenBook, type TokenBook } from '../token-book.ts'
import { IMAGES, PASSWORD, TOKEN_PREFIX, USER, VLANS } from './setting.ts'

/** An rSeries as its clients see it: tenants over RESTCONF. */
export interface FakeF5os extends Simulator {
  readonly tokens: TokenBook
  readonly tenants: ReadonlyMap<string, Tenant>
  /** The root of everything, and where one tenant is. */
  readonly routes: typeof ROUTES
  /** `tenantStateTable` (F5-OS-TENANT-MIB; confidence: documentation), as its agent would tell it. */
  objects(): readonly AgentObject[]
}

export interface FakeF5osOptions {
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Tenants that can run at the same time. */
  readonly slots?: number
  /** Looks at a new tenant that do not tell its unit key yet. How long a box takes is in no source (confidence: assumed). */
  readonly namelessLooks?: number
  /** F5OS 2.0 tells no instances (terraform-provider-f5os, tenant_get_status_2_0_0; confidence: recorded). */
  readonly isSilentOnInstances?: boolean
}

interface Tenant {
  config: Readonly<Record<string, unknown>>
  readonly hash: string
  namelessLooks: number
  hasSlot: boolean
  /** When it began what it is to do. */
  since: number
  forced: string | undefined
  removedAt: number | undefined
}

const DATA = '/restconf/data'
const TENANTS = `${DATA}/f5-tenants:tenants`
const ROUTES = {
  list: `GET ${TENANTS}`,
  create: `POST ${TENANTS}`,
  read: `GET ${TENANTS}/{tenant}`,
  change: `PUT ${TENANTS}/{tenant}/config/{leaf}`,
  remove: `DELETE ${TENANTS}/{tenant}`,
} as const
const TABLE = '1.3.6.1.4.1.12276.1.5.1.1.1.1'
/** Minutes on a box (the vendor polls every 20 to 80 s). */
const START_MS = 1
const REMOVE_MS = 1
/** `restconf-max-session-limit` (terraform-provider-f5os, f5os_auth_v2_0; confidence: recorded). */
const MOST_TOKENS = 20

export async function createFakeF5os(options: FakeF5osOptions = {}): Promise<FakeF5os> {
  const { tls, namelessLooks = 0, isSilentOnInstances = false } = options
  const server = await createFakeServer(tls === undefined ? {} : { tls })
  const tenants = new Map<string, Tenant>()
  let slots = options.slots ?? 64
  let isHolding = false
  const tokens = createTokenBook({
    user: USER,
    password: PASSWORD,
    prefix: TOKEN_PREFIX,
    tokenOf: ({ 'x-auth-token': token }) => (typeof token === 'string' ? token : undefined),
    cap: MOST_TOKENS,
  })

  /** A tenant waits for a slot without end and gets one that comes free (terraform-provider-f5os; confidence: recorded). */
  function advance(): void {
    for (const [name, { removedAt }] of tenants) {
      if (removedAt !== undefined && performance.now() - removedAt >= REMOVE_MS) tenants.delete(name)
    }
    const live = [...tenants.values()].filter(({ removedAt }) => removedAt === undefined)
    for (const tenant of live) if (tenant.config['running-state'] === 'configured') tenant.hasSlot = false
    for (const tenant of live) {
      const isFree = live.filter(({ hasSlot }) => hasSlot).length < slots
      if (tenant.hasSlot || tenant.config['running-state'] === 'configured' || !isFree) continue
      tenant.hasSlot = true
      tenant.since = performance.now()
    }
  }

  function viewOf(name: string, tenant: Tenant): object {
    const { config, hash, removedAt } = tenant
    const [wanted, is, phase] = stateOf(tenant)
    const isTold = tenant.namelessLooks <= 0
    tenant.namelessLooks -= 1
    // Numbers that are texts: `memory` alone (confidence: recorded).
    const shown = { ...config, memory: String(config['memory']), storage: config['storage'] ?? { size: 82 } }
    const instance = {
      node: 1,
      'pod-name': `${name}-1`,
      'instance-id': 1,
      phase,
      'creation-time': '',
      'ready-time': '',
    }
    return {
      name,
      // What is deleted is no longer configured, and its state stays until it is gone (confidence: assumed).
      ...(removedAt === undefined ? { config: { ...shown, 'running-state': wanted } } : {}),
      state: {
        ...shown,
        'running-state': wanted,
        ...(isTold ? { 'unit-key-hash': hash } : {}),
        status: is,
        ...(phase === undefined || isSilentOnInstances ? {} : { instances: { instance: [instance] } }),
      },
    }
  }

  function stateOf({ forced, config, hasSlot, since }: Tenant): readonly [unknown, string, (string | undefined)?] {
    if (forced !== undefined) {
      const [wanted, is, phase] = forced.split('/')
      return is === undefined ? ['deployed', forced] : [wanted, is, phase ?? (is === 'Running' ? 'Running' : undefined)]
    }
    const isDone = !isHolding && performance.now() - since >= START_MS
    switch (config['running-state']) {
      case 'configured':
        return ['configured', 'Configured']
      case 'provisioned':
        return ['provisioned', isDone ? 'Provisioned' : 'Running', isDone ? 'Ready to deploy' : 'Running']
      default:
        if (!hasSlot) return ['deployed', 'Pending', 'Insufficient slots to deploy tenant']
        return ['deployed', isDone ? 'Running' : 'Starting', isDone ? 'Running' : 'Allocating resources to tenant']
    }
  }

  function admitted<R extends RecordedRequest<unknown>>(act: (request: R) => FakeResponse) {
    return (request: R): FakeResponse => {
      // clouddocs.f5.com, VELOS API: X-Auth-Token with every request (confidence: documentation).
      if (!tokens.check(request.headers)) return refusal(401, 'access-denied', 'access denied')
      advance()
      return act(request)
    }
  }

  const named = (segment: string): readonly [string, Tenant] | undefined => {
    const name = /^tenant=(.+)$/.exec(segment)?.[1] ?? ''
    const tenant = tenants.get(name)
    return tenant === undefined ? undefined : [name, tenant]
  }

  server.route(`GET ${DATA}/openconfig-system:system/aaa`, ({ headers }) => {
    const issued = tokens.issueBasic(headers.authorization)
    // F5OS 2.0 answers 401 to good credentials in a hurry as well (terraform-provider-f5os; confidence: vendor-code).
    if ('refused' in issued) return refusal(401, 'access-denied', 'access denied')
    return { headers: { 'x-auth-token': issued.token }, json: { 'openconfig-system:aaa': {} } }
  })
  server.route(
    `GET ${DATA}/f5-tenant-images:images/{image}`,
    admitted<RecordedRequest<{ readonly image: string }>>(({ params: { image } }) => {
      const name = image.slice('image='.length)
      const status = IMAGES[name]
      return status === undefined
        ? absent()
        : { json: { 'f5-tenant-images:image': [{ name, status, type: 'vm-image' }] } }
    }),
  )
  server.route(
    ROUTES.list,
    admitted(() => {
      // An empty container is 204 (ConfD; terraform-provider-f5os; confidence: vendor-code).
      if (tenants.size === 0) return { status: 204 }
      return { json: { 'f5-tenants:tenants': { tenant: [...tenants].map(([name, one]) => viewOf(name, one)) } } }
    }),
  )
  server.route(
    ROUTES.read,
    admitted<RecordedRequest<{ readonly tenant: string }>>(({ params: { tenant } }) => {
      const found = named(tenant)
      return found === undefined ? absent() : { json: { 'f5-tenants:tenant': [viewOf(...found)] } }
    }),
  )
  server.route(
    ROUTES.create,
    admitted((request) => {
      if (request.headers['content-type'] !== 'application/yang-data+json')
        return refusal(415, 'invalid-value', 'bad type')
      const { tenant: [wanted] = [] } = request.json() as { tenant?: readonly Record<string, unknown>[] }
      const { name, config } = {
        name: String(wanted?.['name']),
        config: (wanted?.['config'] ?? {}) as Tenant['config'],
      }
      if (tenants.has(name)) {
        // ConfD; not seen of F5OS itself (confidence: vendor-code).
        return refusal(
          409,
          'data-exists',
          `object already exists: /f5-tenants:tenants/f5-tenants:tenant[name='${name}']`,
        )
      }
      const problem = problemOf(name, config)
      if (problem !== undefined) return refusal(400, 'invalid-value', problem)
      tenants.set(name, tenantOf(config, namelessLooks))
      return { status: 201 }
    }),
  )
  server.route(
    ROUTES.change,
    admitted<RecordedRequest<{ readonly tenant: string; readonly leaf: string }>>((request) => {
      const { tenant, leaf } = request.params
      const found = named(tenant)
      if (found === undefined || found[1].removedAt !== undefined) return absent()
      const value = (request.json() as Record<string, unknown>)[leaf]
      if (value === undefined) return refusal(400, 'malformed-message', 'the leaf is missing')
      Object.assign(found[1], {
        config: { ...found[1].config, [leaf]: value },
        forced: undefined,
        since: performance.now(),
      })
      return { status: 204 }
    }),
  )
  server.route(
    ROUTES.remove,
    admitted<RecordedRequest<{ readonly tenant: string }>>(({ params: { tenant } }) => {
      const found = named(tenant)
      if (found === undefined || found[1].removedAt !== undefined) return absent()
      found[1].removedAt = performance.now()
      return { status: 204 }
    }),
  )

  const nativeOf = (name: string): string => [...tenants.keys()].find((one) => one.endsWith(`-${name}`)) ?? ''
  return {
    server,
    tokens,
    tenants,
    routes: ROUTES,
    objects: () => {
      advance()
      return [...tenants].flatMap(([name, tenant]) => {
        const [wanted, is] = stateOf(tenant)
        const at = (column: number): string => `${TABLE}.${column}.${textIndex(name)}`
        return [
          { oid: at(1), value: name },
          { oid: at(13), value: ['configured', 'provisioned', 'deployed'].indexOf(String(wanted)) },
          { oid: at(16), value: tenant.hash },
          { oid: at(23), value: is },
        ]
      })
    },
    inventory: () => {
      advance()
      return [...tenants].map(([name, { hash }]) => `${name}:${incarnationOf(hash)}`)
    },
    holds: (name) => tenants.has(nativeOf(name)),
    plant: (name) => {
      const tenant = { ...tenantOf({ name, type: 'BIG-IP', 'running-state': 'deployed' }, 0), hasSlot: true }
      tenants.set(name, tenant)
      return `${name}:${incarnationOf(tenant.hash)}`
    },
    force: (name, word) => void Object.assign(tenants.get(nativeOf(name)) ?? {}, { forced: word }),
    setFull: (isFull) => void (slots = isFull ? 0 : (options.slots ?? 64)),
    setHeld: (isHeld) => void (isHolding = isHeld),
    close: () => server.close(),
  }
}

function tenantOf(config: Tenant['config'], namelessLooks: number): Tenant {
  // The sha512 of a key that the box makes (F5-OS-TENANT-MIB; confidence: documentation).
  const hash = createHash('sha512').update(randomUUID()).digest('base64')
  return {
    config,
    hash,
    namelessLooks,
    hasSlot: false,
    since: performance.now(),
    forced: undefined,
    removedAt: undefined,
  }
}

/** What the box checks before it takes a tenant. */
function problemOf(name: string, config: Tenant['config']): string | undefined {
  // f5-ansible-f5os; confidence: vendor-code.
  if (!/^[a-z][a-z0-9-]{0,49}$/.test(name)) return `"${name}" is not a valid value.`
  const image = String(config['image'])
  if (IMAGES[image] === undefined) return `/f5-tenants:tenants/tenant[name='${name}']/config/image: no such image`
  const { memory, 'vcpu-cores-per-node': vcpus, vlans = [], 'mgmt-ip': address } = config
  if (typeof memory !== 'number' || typeof vcpus !== 'number' || typeof address !== 'string') return 'missing element'
  // The vendor's documentation of f5os_tenant (confidence: documentation).
  if (memory < vcpus * 3.5 * 1024 + 512) return 'the memory is too small for the vcpus'
  // ConfD's words for a leafref without its target (confidence: vendor-code).
  const isKnown = (vlan: unknown): boolean => VLANS.some((one) => one === vlan)
  return Array.isArray(vlans) && vlans.every(isKnown) ? undefined : 'illegal reference: the VLAN is not configured'
}

/** terraform-provider-f5os (confidence: recorded). */
function absent(): FakeResponse {
  return refusal(404, 'invalid-value', 'uri keypath not found')
}

function refusal(status: number, tag: string, message: string): FakeResponse {
  const error = [{ 'error-type': 'application', 'error-tag': tag, 'error-message': message }]
  return {
    status,
    headers: { 'content-type': 'application/yang-data+json' },
    json: { 'ietf-restconf:errors': { error } },
  }
}
