import { createServer } from 'node:http'
import { HttpClient, HttpError } from '@amphora/http'

// A service that answers once, and then sends its client elsewhere.
const service = createServer((request, response) => {
  if (request.url === '/old') response.writeHead(302, { location: 'http://192.0.2.1/' }).end()
  else response.setHeader('x-request-id', 'req-1').end('{"name": "web-1"}')
}).listen(0, '127.0.0.1')
await new Promise((resolve) => service.once('listening', resolve))
const address = service.address()
const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`

const client = new HttpClient({ clock: Date, allowInsecureHttp: true })
const asked = { signal: AbortSignal.timeout(10_000), step: 'show the server', peer: 'the service' }

const answer = await client.send({ ...asked, method: 'GET', url: new URL('/servers/web-1', origin) })
console.log(answer.status, answer.body, answer.requestId) // 200 { name: 'web-1' } req-1

try {
  await client.send({ ...asked, method: 'GET', url: new URL('/old', origin), headers: { 'x-auth-token': 'secret' } })
} catch (error) {
  if (error instanceof HttpError) console.log(error.code, error.reason, error.verdict, error.message)
  // internal http/unexpected-redirect unsure the service was asked to show the server and pointed elsewhere; redirects are not followed
}

client.close()
service.close()
