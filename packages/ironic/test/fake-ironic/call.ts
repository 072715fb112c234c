import type {
  FakeResponse,
  FakeServer,
  Handler,
  RecordedRequest,
  RouteTemplate,
} from '@amphora/conformance/fake-server'
import { answered, isRecord, parsed, requestId, type FakeIdentity, type FakeKeystone } from '@amphora/fake-openstack'
import type { FakeAllocation } from './allocation.ts'
import type { Conductor } from './conductor.ts'
import type { FakeNode } from './node.ts'
import { BARE, noAllocation, noNode, refuse, refusePlainly } from './refuse.ts'

export const HIGHEST = 82

/** What every route of Ironic is given. */
export interface Ironic {
  readonly server: FakeServer
  readonly url: string
  /** `undefined`: anybody may do anything. */
  readonly keystone: FakeKeystone | undefined
  readonly conductor: Conductor
  /** The number behind `1.` of the highest version. */
  readonly maximum: number
  /** The most rows of a page. */
  readonly maxLimit: number
}

/** One request that is let in, with the version that it asks for. */
export interface Call {
  readonly request: RecordedRequest
  /** The number behind `1.`. */
  readonly minor: number
  /** `undefined` where nobody asks who it is. */
  readonly identity: FakeIdentity | undefined
}

type CallHandler<T extends string> = (call: Call & { readonly request: Parameters<Handler<T>>[0] }) => FakeResponse

interface RouteSettings {
  /** Anybody may ask. */
  readonly open?: boolean
  /** An answer that tells nothing of versions. */
  readonly plain?: boolean
}

/** Adds a route behind the token, with Ironic's headers around its answer. */
export function on<const T extends RouteTemplate>(
  ironic: Ironic,
  template: T,
  handler: CallHandler<T>,
  { open = false, plain = false }: RouteSettings = {},
): void {
  const { server, keystone, conductor, maximum } = ironic
  server.route(template, async (request) => {
    conductor.agenda.tick()
    const date = { date: new Date(conductor.agenda.now()).toUTCString() }
    const identity = keystone?.authenticate(request)
    if (keystone !== undefined && identity === undefined && !open) {
      const refused = keystone.unauthorized()
      return { ...refused, headers: { ...refused.headers, ...date } }
    }
    const range = {
      'x-openstack-ironic-api-minimum-version': '1.1',
      'x-openstack-ironic-api-maximum-version': `1.${maximum}`,
    }
    let echo: Readonly<Record<string, string>> = {}
    const answer = await answered(() => {
      const minor = minorOf(request, maximum)
      echo = { 'x-openstack-ironic-api-version': `1.${minor}`, 'openstack-request-id': requestId() }
      return handler({ request, minor, identity })
    })
    const { [BARE]: bare, ...headers } = answer.headers ?? {}
    const versions = plain || bare !== undefined ? {} : { ...range, ...echo }
    const isEmpty = answer.json === undefined
    return {
      ...answer,
      headers: {
        ...(isEmpty ? { 'content-length': '0' } : {}),
        ...versions,
        ...(plain ? { 'openstack-request-id': requestId() } : {}),
        ...date,
        ...headers,
      },
    }
  })
}

function minorOf({ headers }: RecordedRequest, maximum: number): number {
  const asked = headers['x-openstack-ironic-api-version']
  if (typeof asked !== 'string') return 1
  if (asked === 'latest') return maximum
  const [, minor] = /^1\.(\d+)$/.exec(asked) ?? []
  if (minor === undefined) {
    throw refusePlainly(406, 'Not Acceptable', 'Invalid value for X-OpenStack-Ironic-API-Version header', false)
  }
  if (Number(minor) >= 1 && Number(minor) <= maximum) return Number(minor)
  const told = `The supported version range is: [1.1, 1.${maximum}].`
  const message = `Version ${asked} was requested but the minor version is not supported by this service. ${told}`
  throw refusePlainly(406, 'Not Acceptable', message, true)
}

/** The body; where it is no JSON object, nothing else is looked at. */
export function bodyOf({ request }: Call): Readonly<Record<string, unknown>> {
  const body = parsed(request.text())
  if (!isRecord(body)) throw refuse(400, 'Invalid input')
  return body
}

/** Whether who asks may see what belongs to this project. */
export function sees({ identity }: Call, owner: string | null): boolean {
  return identity === undefined || identity.isAdmin || (owner !== null && owner === identity.project?.id)
}

/** By uuid, or from 1.5 on by name. Another project's node is as absent as one that is not. */
export function theNode({ conductor }: Ironic, call: Call, ident: string): FakeNode {
  const node = conductor.node(ident)
  const isKnown = node !== undefined && (node.uuid === ident || call.minor >= 5)
  if (!isKnown || !sees(call, node.owner)) throw noNode(ident)
  return node
}

export function theAllocation({ conductor }: Ironic, call: Call, ident: string): FakeAllocation {
  const found = conductor.allocation(ident)
  if (found === undefined || !sees(call, found.request.owner)) throw noAllocation(ident)
  return found
}
