import { loadConfig } from '../config/load-config.ts'
import type { Host } from '../host.ts'

/** The bindings of the configuration that the words name. Whatever is wrong with it, there are none then. */
export async function bindingNames(
  words: readonly string[],
  host: Host,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const at = words.indexOf('--config')
  try {
    const { data } = await loadConfig(at < 0 ? undefined : words[at + 1], host, signal)
    return Object.keys(data.drivers)
  } catch {
    return []
  }
}
