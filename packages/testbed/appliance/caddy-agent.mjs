// A table of the HTTP servers of a Caddy, from its configuration as it is, below the enterprise number of examples (RFC
// 5612): name, state (1 listening, 2 not, 3 elsewhere than its @id says, 4 without routes) and @id. Where Caddy does not
// answer the table is empty, which is why an empty table proves nothing.
// usage: caddy-agent.mjs SOCKET
import { once } from 'node:events'
import { get } from 'node:http'
import { serve, textIndex } from './pass-persist.mjs'

const ENTRY = '1.3.6.1.4.1.32473.1.1.1'
const FRESH_MS = 100 // a table is asked for cell by cell
const socketPath = process.argv[2]
let known = { at: 0, servers: {} }

serve(async () =>
  Object.entries(await servers()).flatMap(([name, server]) => [
    [`${ENTRY}.1.${textIndex(name)}`, 'string', name],
    [`${ENTRY}.2.${textIndex(name)}`, 'integer', stateOf(server)],
    [`${ENTRY}.3.${textIndex(name)}`, 'string', server['@id'] ?? ''],
  ]),
)

function stateOf({ '@id': id = '', listen = [], routes = [] }) {
  if (listen.length === 0) return 2
  if (id.includes('@') && !listen.includes(id.slice(id.indexOf('@') + 1))) return 3
  return routes.length === 0 ? 4 : 1
}

async function servers() {
  if (Date.now() - known.at >= FRESH_MS) known = { at: Date.now(), servers: await ask().catch(() => ({})) }
  return known.servers
}

async function ask() {
  const headers = { host: 'localhost', connection: 'close' }
  const signal = AbortSignal.timeout(1_000)
  const [response] = await once(get({ socketPath, path: '/config/apps/http/servers', headers, signal }), 'response')
  let text = ''
  for await (const piece of response) text += piece.toString()
  return JSON.parse(text) ?? {}
}
