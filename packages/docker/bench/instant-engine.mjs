/** An engine in a process of its own that answers every inspect at once, with a recorded body. Prints its socket. */
import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'instant-engine-'))
const socketPath = join(folder, 'docker.sock')
const recorded = JSON.parse(readFileSync(new URL('../test/fixtures/container-running.json', import.meta.url), 'utf8'))
recorded.Name = '/amphora-web'
recorded.Config.Labels['amphora.owner'] = 'amphora'
recorded.Config.Labels['amphora.name'] = 'web'
const body = Buffer.from(JSON.stringify(recorded))
const head = { 'Content-Type': 'application/json', 'Content-Length': body.length, 'Api-Version': '1.41' }

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, head).end(body)
})
server.listen(socketPath, () => process.send({ socketPath, id: recorded.Id, bytes: body.length }))
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit()
})
