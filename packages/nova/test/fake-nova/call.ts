import type { FakeServer, Handler, RecordedRequest, RouteTemplate } from '@amphora/conformance/fake-server'
import type { FakeResponse } from '@amphora/conformance/fake-server'
import { answered, isRecord, parsed, requestId, type FakeKeystone } from '@amphora/fake-openstack'
import type { Compute, Doer } from './compute.ts'
import type { FakeInstance } from './instance.ts'
import { echoOf, microversionOf, type Microversion } from './microversion.ts'
import { noInstance, refuse } from './refuse.ts'

/** One request that has a good token and a microversion. */
export interface Call extends Doer {
  readonly request: RecordedRequest
  readonly version: Microversion
}

/** What every route of Nova is given. */
export interface Nova {
  readonly server: FakeServer
  readonly keystone: FakeKeystone
  readonly compute: Compute
  readonly maximum: Microversion
  /** The most rows of a page. */
  readonly maxLimit: number
}

type CallHandler<T extends string> = (
  call: Call & { readonly request: Parameters<Handler<T>>[0] },
) => FakeResponse | Promise<FakeResponse>

/** Adds a route behind the token, with Nova's headers around its answer. */
export function on<const T extends RouteTemplate>(nova: Nova, template: T, handler: CallHandler<T>): void {
  const { server, keystone, compute, maximum } = nova
  server.route(template, async (request) => {
    compute.agenda.tick()
    const id = requestId()
    const head = headers(id, compute.agenda.now())
    const identity = keystone.authenticate(request)
    if (identity === undefined) {
      const refused = keystone.unauthorized()
      return { ...refused, headers: { ...refused.headers, ...head } }
    }
    let echo = {}
    const answer = await answered(() => {
      const version = microversionOf(request.headers, maximum)
      echo = echoOf(`2.${version}`)
      demandOwnProject(request.path, identity.project?.id)
      return handler({ request, version, identity, requestId: id })
    })
    const isEmpty = answer.json === undefined && answer.takeOver === undefined
    return {
      ...answer,
      headers: {
        ...(isEmpty ? { 'content-type': 'application/json', 'content-length': '0' } : {}),
        ...echo,
        ...head,
        ...answer.headers,
      },
    }
  })
}

/** A URL may name the project, and then the right one. */
function demandOwnProject(path: string, own: string | undefined): void {
  const named = /^\/v2\.1\/([0-9a-f]{32})\//.exec(path)?.[1]
  if (named === undefined || named === own) return
  throw refuse(400, `Malformed request URL: URL's project_id '${named}' doesn't match Context's project_id '${own}'`)
}

/** The ids and the time; the time by the fake's clock. */
export function headers(id: string, now: number): Readonly<Record<string, string>> {
  return { 'x-openstack-request-id': id, 'x-compute-request-id': id, date: new Date(now).toUTCString() }
}

/** The body; where it is no JSON object, Nova says no more than this. */
export function bodyOf({ request }: Pick<Call, 'request'>): Readonly<Record<string, unknown>> {
  const body = parsed(request.text())
  if (body === undefined) throw refuse(400, 'Malformed request body')
  return isRecord(body) ? body : { body }
}

/** Another project's server is as absent as a deleted one. */
export function theInstance(
  { compute }: Nova,
  { identity }: Call,
  id: string,
  absent: (id: string) => Error = noInstance,
): FakeInstance {
  const found = compute.instance(id)
  const isSeen = identity.isAdmin || found?.projectId === identity.project?.id
  if (found === undefined || !isSeen) throw absent(id)
  return found
}

/** Administrators pass. */
export function demandUnlocked(instance: FakeInstance, { identity }: Call): void {
  if (instance.lockedBy !== undefined && !identity.isAdmin) throw refuse(409, `Instance ${instance.id} is locked`)
}

/** `vmStates` undefined: any. */
export function demandState(
  instance: FakeInstance,
  verb: string,
  vmStates: readonly string[] | undefined,
  options: { readonly anyTask?: boolean } = {},
): void {
  const cannot = (attribute: string, state: string): Error =>
    refuse(409, `Cannot '${verb}' instance ${instance.id} while it is in ${attribute} ${state}`)
  if (vmStates !== undefined && !vmStates.includes(instance.vmState)) throw cannot('vm_state', instance.vmState)
  if (options.anyTask === true) return
  if (instance.taskState !== null) throw cannot('task_state', instance.taskState)
}
