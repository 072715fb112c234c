import { randomUUID } from 'node:crypto'
import { textAt, type JsonRecord } from '@amphora/fake-openstack'
import { bodyOf, on, type Ironic } from './call.ts'
import { refuse } from './refuse.ts'
import { instant, links } from './views.ts'

/** Versions, drivers and cards: what is not a node's nor a reservation's. */
export function addSiteRoutes(ironic: Ironic): void {
  const { conductor, url, maximum } = ironic
  const version = {
    id: 'v1',
    links: [{ href: `${url}/v1/`, rel: 'self' }],
    status: 'CURRENT',
    min_version: '1.1',
    version: `1.${maximum}`,
  }
  on(
    ironic,
    'GET /',
    () => ({
      json: {
        name: 'OpenStack Ironic API',
        description: 'Ironic is an OpenStack project which enables the provision and management of baremetal machines.',
        default_version: version,
        versions: [version],
      },
    }),
    { open: true, plain: true },
  )
  for (const path of ['GET /v1', 'GET /v1/'] as const) {
    on(ironic, path, ({ minor }) => ({ json: root(url, version, minor) }), { open: true })
  }
  on(ironic, 'GET /v1/drivers', () => ({
    json: {
      drivers: [
        {
          name: 'fake-hardware',
          hosts: [conductor.host],
          links: links(url, 'drivers/fake-hardware'),
          properties: links(url, 'drivers/fake-hardware/properties'),
          type: 'dynamic',
        },
      ],
    },
  }))
  on(ironic, 'GET /v1/drivers/{name}', ({ request }) => {
    throw refuse(404, `Could not find the following driver(s) or hardware type(s): ${request.params.name}.`)
  })
  on(ironic, 'POST /v1/ports', (call) => {
    const body = bodyOf(call)
    const address = textAt(body, 'address') ?? ''
    const nodeUuid = textAt(body, 'node_uuid') ?? ''
    if ([...conductor.ports.values()].some((port) => port.address === address)) {
      throw refuse(409, `A port with MAC address ${address} already exists.`)
    }
    const uuid = randomUUID()
    conductor.ports.set(uuid, { address, nodeUuid })
    const node = conductor.node(nodeUuid)
    if (node !== undefined) node.updatedAt = conductor.agenda.now()
    return {
      status: 201,
      headers: { location: `${url}/v1/ports/${uuid}` },
      json: {
        uuid,
        created_at: instant(conductor.agenda.now()),
        updated_at: null,
        address,
        extra: {},
        internal_info: {},
        is_smartnic: false,
        local_link_connection: {},
        physical_network: null,
        pxe_enabled: true,
        node_uuid: nodeUuid,
        links: links(url, `ports/${uuid}`),
        portgroup_uuid: null,
      },
    }
  })
}

/** What came with which version. */
const RESOURCES: readonly (readonly [string, number])[] = [
  ['chassis', 1],
  ['nodes', 1],
  ['ports', 1],
  ['drivers', 1],
  ['portgroups', 23],
  ['volume', 32],
  ['lookup', 22],
  ['heartbeat', 22],
  ['conductors', 49],
  ['allocations', 52],
  ['events', 54],
  ['deploy_templates', 55],
  ['shards', 82],
]

function root(url: string, version: JsonRecord, minor: number): JsonRecord {
  const shown = RESOURCES.filter(([, since]) => minor >= since).map(([name]) => {
    return [name, links(url, `${name}/`)] as const
  })
  return {
    id: 'v1',
    links: [
      { href: `${url}/v1/`, rel: 'self' },
      {
        href: 'https://docs.openstack.org//ironic/latest/contributor//webapi.html',
        rel: 'describedby',
        type: 'text/html',
      },
    ],
    media_types: { base: 'application/json', type: 'application/vnd.openstack.ironic.v1+json' },
    ...Object.fromEntries(shown),
    version,
  }
}
