import { connect } from 'node:net'

/**
 * Whether a service answers anything at all, be it a failure, at its `http:` address or its unix socket. A busy one gets
 * 15 seconds.
 */
export function answersAt(address: string): Promise<boolean> {
  return address.startsWith('http:') ? answersHttp(address) : acceptsConnections(address)
}

async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(15_000) })
    await response.body?.cancel()
    return true
  } catch {
    return false
  }
}

function acceptsConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
