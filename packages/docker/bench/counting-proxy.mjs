/** Passes requests on to an engine and counts them, by method and path. */
import { createServer, request as send } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function countingProxy(engine) {
  const folder = mkdtempSync(join(tmpdir(), 'counting-proxy-'))
  const socketPath = join(folder, 'docker.sock')
  let seen = []
  const server = createServer((incoming, outgoing) => {
    const [path] = incoming.url.replace(/^\/v[\d.]+/, '').split('?')
    seen.push(
      `${incoming.method} ${path.replace(/\/(containers|networks)\/[^/]{2,}(?=\/|$)/, (whole, kind) => (whole.endsWith('create') ? whole : `/${kind}/{id}`))}`,
    )
    const { method, url, headers } = incoming
    const onward = send({ socketPath: engine, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers)
      outgoing.flushHeaders()
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise((resolve) => server.listen(socketPath, resolve))
  return {
    socketPath,
    take: () => seen.splice(0),
    close: () => {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
