import { createFakeServer, type FakeResponse, type FakeServer } from '@amphora/conformance/fake-server'
import { silentLogger, systemClock, type Clock, type Logger } from '@amphora/core'
import * as v from 'valibot'
import {
  cloudEntries,
  cloudRules,
  OpenStackError,
  Session,
  type CloudOptions,
  type CloudSettings,
  type Service,
  type ServiceOptions,
} from '../src/index.ts'
import { createFakeKeystone, PASSWORD, type FakeKeystone } from './fake-keystone.ts'

const schema = v.objectWithRest(cloudEntries, v.never('is no option of this driver'))

/** What a driver's schema makes of options; throws where a rule is broken. */
export function settingsOf(options: CloudOptions): CloudSettings {
  const settings = v.parse(schema, options)
  const problems = cloudRules(settings)
  if (problems.length > 0) throw new Error(problems.join('; '))
  return settings
}

/** Every rule that options break, by the way that a driver finds them. */
export function problemsOf(options: unknown): readonly string[] {
  const { success, issues, output } = v.safeParse(schema, options)
  if (!success)
    return issues.map(({ message, path }) => `${(path ?? []).map(({ key }) => String(key)).join('.')} ${message}`)
  return cloudRules(output)
}

export const password = {
  username: 'demo',
  userDomainName: 'Default',
  password: PASSWORD,
  projectName: 'demo',
  projectDomainName: 'Default',
} as const

/** A Keystone, a service behind it, and sessions of them. */
export interface Cloud {
  readonly keystone: FakeKeystone
  /** In the catalogue as `compute`, at `/v2.1`. */
  readonly nova: FakeServer
  readonly session: (options?: CloudOptions, context?: Partial<{ clock: Clock; logger: Logger }>) => Session
  readonly close: () => Promise<void>
}

export async function createCloud(now?: () => number): Promise<Cloud> {
  const [keystone, nova] = await Promise.all([createFakeKeystone(now), createFakeServer()])
  keystone.catalogue.set('compute', `${nova.url}/v2.1/`)
  nova.route('GET /v2.1/', () => versionDocument('2.1', '2.93'))
  nova.route('GET /v2.1/servers', (request) => keystone.guard(request, () => ({ json: { servers: [] } })))
  const sessions: Session[] = []
  return {
    keystone,
    nova,
    session: (options = {}, context = {}) => {
      const settings = settingsOf({
        allowInsecureHttp: true,
        ...options,
        ...(options.cloud === undefined && options.fromEnvironment === undefined
          ? { auth: { authUrl: keystone.authUrl, ...(options.auth ?? password) } }
          : {}),
      })
      const session = new Session(settings, { clock: systemClock, logger: silentLogger, ...context })
      sessions.push(session)
      return session
    },
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()))
      await Promise.all([keystone.server.close(), nova.close()])
    },
  }
}

export function versionDocument(lowest: string, highest: string): FakeResponse {
  return { json: { version: { id: 'v2.1', status: 'CURRENT', version: highest, min_version: lowest } } }
}

export function novaOf(session: Session, options: Partial<ServiceOptions> = {}): Service {
  return session.service('compute', { peer: 'Nova', reasonPrefix: 'nova', ...options })
}

export const microversion = { header: 'openstack', highest: '2.79', floor: '2.1' } as const

/** A signal that nobody aborts. */
export function endless(): AbortSignal {
  return new AbortController().signal
}

/** Asks for the servers, as most tests do. */
export function listServers(service: Service, signal: AbortSignal = endless()): Promise<unknown> {
  return service.send({ method: 'GET', path: ['servers'], signal, step: 'list servers' })
}

export async function failure(promise: Promise<unknown>): Promise<OpenStackError> {
  try {
    await promise
  } catch (thrown) {
    if (thrown instanceof OpenStackError) return thrown
    throw new Error('something else than an OpenStackError was thrown', { cause: thrown })
  }
  throw new Error('it did not fail')
}
