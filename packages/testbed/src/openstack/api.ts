import * as v from 'valibot'
import { TestbedError } from '../testbed-error.ts'
import type { Credentials } from './credentials.ts'
import { type EndpointName, endpoints } from './endpoints.ts'

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown
  /** A microversion, without the name of its service. */
  readonly version?: string
  /** Failures that are an answer too: they resolve with `null`. */
  readonly accept?: readonly number[]
}

/** The services as one user sees them. */
export interface Api {
  readonly userId: string
  readonly projectId: string
  /** The names of the services in the catalog that have all of their endpoints. */
  readonly catalog: readonly string[]
  /**
   * One request, resolved with the body of a success, `undefined` where it has none. Any other answer rejects with a
   * {@link TestbedError} that names it.
   */
  call(service: EndpointName, path: string, request?: ApiRequest): Promise<unknown>
}

/** Logs in. */
export async function openApi(credentials: Credentials): Promise<Api> {
  const { username, password, projectName, userDomainName, projectDomainName } = credentials
  const user = { name: username, password, domain: { name: userDomainName } }
  const scope = { project: { name: projectName, domain: { name: projectDomainName } } }
  const response = await send('keystone', '/auth/tokens', {
    method: 'POST',
    body: { auth: { identity: { methods: ['password'], password: { user } }, scope } },
  })
  const { token } = v.parse(Login, await response.json())
  const headers = { 'x-auth-token': response.headers.get('x-subject-token') ?? '' }
  return {
    userId: token.user.id,
    projectId: token.project.id,
    catalog: token.catalog.filter((one) => one.endpoints.length === 3).map(({ name }) => name),
    call: (service, path, request) => bodyOf(send(service, path, request, headers)),
  }
}

/** What needs no login. */
export const anonymous: Pick<Api, 'call'> = {
  call: (service, path, request) => bodyOf(send(service, path, request)),
}

const Id = v.object({ id: v.string() })
const Service = v.object({ name: v.string(), endpoints: v.array(v.unknown()) })
const Login = v.object({ token: v.object({ user: Id, project: Id, catalog: v.array(Service) }) })

async function send(
  service: EndpointName,
  path: string,
  { method = 'GET', body, version, accept = [] }: ApiRequest = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const bytes = body instanceof Uint8Array
  const response = await fetch(endpoints[service] + path, {
    method,
    headers: {
      ...headers,
      ...versionHeader(service, version),
      ...(body === undefined ? {} : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: bytes ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  })
  if (response.ok || accept.includes(response.status)) return response
  const text = (await response.text()).trim().slice(0, 300)
  throw new TestbedError(`${service} refused ${method} ${path}: it answered ${response.status} ${text}`)
}

async function bodyOf(answer: Promise<Response>): Promise<unknown> {
  const response = await answer
  const text = await response.text()
  if (!response.ok) return null
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}

function versionHeader(service: EndpointName, version: string | undefined): Readonly<Record<string, string>> {
  if (version === undefined) return {}
  if (service === 'nova') return { 'openstack-api-version': `compute ${version}` }
  if (service === 'placement') return { 'openstack-api-version': `placement ${version}` }
  return { 'x-openstack-ironic-api-version': version }
}
