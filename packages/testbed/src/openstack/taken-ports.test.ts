import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { listeningInodes, portHolder } from './taken-ports.ts'

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 67800 1 0000 100 0 0 10 0
   1: 0100007F:1388 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 67811 1 0000 100 0 0 10 0
   2: 00000000:13880 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 67822 1 0000 100 0 0 10 0
   3: 0100007F:9C40 0100007F:1388 0A 00000000:00000000 00:00000000 00000000     0        0 67833 1 0000 100 0 0 10 0
`

it('finds who listens on a port, not who is connected to it', () => {
  expect(listeningInodes(table, 5000)).toEqual(['67800'])
  expect(listeningInodes(table, 5001)).toEqual([])
})

it('names the process that holds a port', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  expect(await portHolder(port)).toMatchObject({ pid: process.pid })
  expect(await portHolder(1)).toBeUndefined()
})
