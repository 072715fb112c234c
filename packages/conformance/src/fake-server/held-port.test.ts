import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { expect, it } from 'vitest'
import { portHolder } from './held-port.ts'

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

it('keeps a port, time and again, on which everybody is refused until somebody listens who names it', async () => {
  const holdPort = await portHolder()
  let server = await listening(0)
  const { port } = server.address() as AddressInfo
  for (let time = 0; time < 3; time += 1) {
    server.close()
    const held = await holdPort(port)
    expect(held).toBeDefined()
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    // A second one is a second connection between the same two ends.
    expect(await holdPort(port)).toBeUndefined()
    server = await listening(port)
    held?.[Symbol.dispose]()
  }
  server.close()
})

it('is nothing where somebody has the port', async () => {
  const server = await listening(0)
  expect(await (await portHolder())((server.address() as AddressInfo).port)).toBeUndefined()
  server.close()
})
