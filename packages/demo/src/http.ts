import { get } from 'node:http'

/**
 * What a web server answers to one request on a connection of its own; `undefined` where no answer comes within
 * `timeoutMs`, for whatever reason. Rejects only when the signal aborts.
 */
export async function ask(url: string, timeoutMs: number, signal: AbortSignal): Promise<string | undefined> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  try {
    return await body(url, bounded)
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

function body(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString().trim())
        else reject(new Error(`status ${response.statusCode}`))
      })
    })
    request.on('error', reject)
  })
}
