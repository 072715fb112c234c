import { ForeignError } from '../docker/mark.ts'
import { makeNetwork, networkOf, removeNetwork } from '../docker/network.ts'
import { removeServer, serverOf, SERVERS, startServer } from '../docker/web-server.ts'
import type { Scene, Step } from '../scene.ts'

/** What the balancer stands before: a network of the demo's own, and on it two web servers. */
export const furnish: Step = {
  title: 'make a network and two web servers',
  run: async (scene, say) => {
    const { signal, request } = scene
    const { name } = request
    const network = await made(scene, `network ${networkOf(name)}`, {
      make: () => makeNetwork(name),
      remove: () => removeNetwork(name),
    })
    for (const server of SERVERS) {
      signal.throwIfAborted()
      say.progress(serverOf(name, server))
      await made(scene, `web server ${serverOf(name, server)}`, {
        make: () => startServer(name, server),
        remove: () => removeServer(name, server),
      })
    }
    const names = SERVERS.map((server) => serverOf(name, server)).join(', ')
    return `${networkOf(name)}${network === 'adopted' ? ' (left by an earlier run)' : ''}, ${names}`
  },
}

interface Making<T> {
  readonly make: () => Promise<T>
  /** Says whether there was one. */
  readonly remove: () => Promise<boolean>
}

/** What turns out to be somebody else's is left alone; anything else that fails may have been made all the same. */
async function made<T>({ cleanUp }: Scene, thing: string, { make, remove }: Making<T>): Promise<T> {
  const disown = cleanUp.add(thing, async () => ((await remove()) ? `removed the ${thing}` : undefined))
  try {
    return await make()
  } catch (error) {
    if (error instanceof ForeignError) disown()
    throw error
  }
}
