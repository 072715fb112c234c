import { createServer } from 'node:http'
import { silentLogger, systemClock } from '@amphora/core'
import { own, textOf } from '@amphora/http'
import { cloudEntries, cloudRules, pages, Session, type CloudOptions } from '@amphora/openstack'
import * as v from 'valibot'

// A Keystone and a Nova with two servers, in place of a cloud.
const cloud = createServer((request, response) => {
  const path = request.url?.split('?')[0]
  const origin = `http://${request.headers.host}`
  const endpoints = [{ interface: 'public', region_id: 'RegionOne', url: `${origin}/v2.1` }]
  if (path === '/v3/auth/tokens') response.writeHead(201, { 'x-subject-token': 'a-token' })
  const token = { project: { id: 'p-1', name: 'demo' }, catalog: [{ type: 'compute', endpoints }] }
  const answers: Record<string, object> = {
    '/v3/auth/tokens': { token },
    '/v2.1/': { version: { id: 'v2.1', min_version: '2.1', version: '2.93' } },
    '/v2.1/servers': { servers: [{ id: 's-1' }, { id: 's-2' }] },
  }
  response.end(JSON.stringify(answers[path ?? ''] ?? {}))
}).listen(0, '127.0.0.1')
await new Promise((resolve) => cloud.once('listening', resolve))
const address = cloud.address()
const port = typeof address === 'object' ? address?.port : undefined

// What a driver does: these entries are part of its own options, and one session serves all that it talks to.
const options: CloudOptions = {
  auth: {
    authUrl: `http://127.0.0.1:${port}`,
    username: 'demo',
    userDomainName: 'Default',
    password: async () => 'from a vault',
    projectName: 'demo',
    projectDomainName: 'Default',
  },
  allowInsecureHttp: true,
}
const settings = v.parse(v.object(cloudEntries), options)
console.log(cloudRules(settings)) // []

const session = new Session(settings, { clock: systemClock, logger: silentLogger })
const nova = session.service('compute', {
  peer: 'Nova',
  reasonPrefix: 'nova',
  microversion: { header: 'openstack', highest: '2.79', floor: '2.1' },
})

const signal = AbortSignal.timeout(10_000)
console.log(await session.project(signal), await nova.microversion(signal)) // { id: 'p-1', name: 'demo' } 2.79

const listed = pages(nova, {
  path: ['servers'],
  collection: 'servers',
  limit: 1000,
  idOf: (row) => textOf(own(row, 'id')),
  read: (row) => textOf(own(row, 'id')),
  signal,
  step: 'list servers',
})
for await (const { rows } of listed) console.log(rows) // [ 's-1', 's-2' ]

await session.close()
cloud.close()
