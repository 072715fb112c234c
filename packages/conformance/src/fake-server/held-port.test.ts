import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { holdPort } from './held-port.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

it('keeps a port, time and again, on which everybody is refused until somebody listens who names it', async () => {
  const port = await freePort()
  for (let time = 0; time < 3; time += 1) {
    const held = await holdPort(port)
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    // Another connection from it to the same place is what the kernel refuses.
    await expect(holdPort(port)).rejects.toMatchObject({ code: /EADDR/ })
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    held[Symbol.dispose]()
    server.close()
    await once(server, 'close')
  }
})
