import { requestId, type FakeGlance } from '@amphora/fake-openstack'
import { act } from './actions.ts'
import { demandUnlocked, headers, on, theInstance, type Nova } from './call.ts'
import { createServer } from './create.ts'
import { echoOf, versionDocuments } from './microversion.ts'
import { serverList } from './server-list.ts'
import { serverView } from './server-view.ts'

/** Servers: create, list, show, delete, act. */
export function addServerRoutes(nova: Nova, glance: FakeGlance): void {
  on(nova, 'GET /v2.1/servers', (call) => ({ json: serverList(nova, call, 'short') }))
  on(nova, 'GET /v2.1/servers/detail', (call) => ({ json: serverList(nova, call, 'detail') }))
  on(nova, 'POST /v2.1/servers', (call) => createServer(nova, glance, call))
  on(nova, 'GET /v2.1/servers/{id}', (call) => ({
    json: { server: serverView(nova, call, theInstance(nova, call, call.request.params.id), 'show') },
  }))
  on(nova, 'DELETE /v2.1/servers/{id}', (call) => {
    const instance = theInstance(nova, call, call.request.params.id)
    demandUnlocked(instance, call)
    nova.compute.delete(instance, call)
    return { status: 204 }
  })
  on(nova, 'POST /v2.1/servers/{id}/action', (call) => act(nova, call, call.request.params.id))
}

/** The version documents, which need no token. */
export function addVersionRoutes({ server, compute, maximum }: Nova): void {
  const { v2, v21, list } = versionDocuments(server.url, maximum)
  const now = (): number => compute.agenda.now()
  const date = (): { readonly date: string } => ({ date: new Date(now()).toUTCString() })
  server.route('GET /', () => ({ json: list, headers: date() }))
  for (const template of ['GET /v2.1', 'GET /v2.1/'] as const) {
    server.route(template, () => ({ json: v21, headers: { ...echoOf('2.1'), ...headers(requestId(), now()) } }))
  }
  server.route('GET /v2/', () => ({ json: v2, headers: headers(requestId(), now()) }))
  server.route('GET /servers', () => ({
    status: 300,
    headers: date(),
    json: {
      choices: (['2', '2.1'] as const).map((version) => ({
        id: version === '2' ? 'v2.0' : 'v2.1',
        status: version === '2' ? 'SUPPORTED' : 'CURRENT',
        links: [{ rel: 'self', href: `${server.url}/v${version}/servers` }],
        'media-types': [
          { base: 'application/json', type: `application/vnd.openstack.compute+json;version=${version}` },
        ],
      })),
    },
  }))
}
