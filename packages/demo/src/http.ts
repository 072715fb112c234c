import { get } from 'node:http'

/**
 * What a web server answers to one request on a connection of its own; `undefined` where no answer comes within
 * `timeoutMs`, for whatever reason. Rejects only when the signal aborts.
 */
export async function ask(url: string, timeoutMs: number, signal: AbortSignal): Promise<string | undefined> {
  // Not AbortSignal.timeout: Node may collect one of which only AbortSignal.any knows, and it then never aborts.
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeoutMs)
  try {
    return await body(url, AbortSignal.any([signal, late.signal]))
  } catch {
    signal.throwIfAborted()
    return undefined
  } finally {
    clearTimeout(timer)
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
