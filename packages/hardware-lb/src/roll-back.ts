import { idOf } from './guest-id.ts'
import type { Guest } from './profile/guest.ts'
import type { Site } from './site.ts'

/** Takes away what this very call has made, and nothing else. True once the box says that it is gone. */
export async function rollBack<Settings, G extends Guest>(
  id: string,
  { settings, appliance }: Site<Settings, G>,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const own = async (): Promise<G | undefined> => {
    const guest = await appliance.read(key, signal)
    return guest !== undefined && idOf(settings.id, guest) === id ? guest : undefined
  }
  try {
    const guest = await own()
    if (guest === undefined) return true
    await appliance.remove(guest, signal)
    return (await own()) === undefined
  } catch {
    return false
  }
}
