import { AmphoraBuildError, InstanceNotFoundError, type Amphora } from '@amphora/core'
import { LOCAL } from '../bind.ts'
import type { Scene, Step } from '../scene.ts'

const WAIT_MS = 60_000

/** Resolves when the backend has accepted it; what a killed run left under the name becomes the balancer of this one. */
export const build: Step = {
  title: 'build a balancer',
  run: async (scene, say) => {
    const { built, signal } = scene
    const earlier = await found(scene, signal)
    say.progress('not broken off by Ctrl-C, but removed afterwards')
    built.id = await orderedBuild(scene)
    const seen = earlier === undefined ? 'accepted' : await revived(scene)
    say.detail(built.id)
    return seen
  },
}

/**
 * A build is not aborted in its middle, since the backend may act on it all the same, even after it was looked for in
 * vain. What was surely not created under the name is not ours to delete.
 */
async function orderedBuild(scene: Scene): Promise<string> {
  const { compute, request, cleanUp, signal } = scene
  signal.throwIfAborted()
  const disown = cleanUp.add(`amphora ${request.name}`, () => remove(scene))
  try {
    return await compute.build(request)
  } catch (error) {
    if (error instanceof AmphoraBuildError && error.outcome === 'not-created') disown()
    throw error
  }
}

/** The build has given the id of what was there, in whatever state that is. */
async function revived(scene: Scene): Promise<string> {
  const { compute, built, signal } = scene
  const { state } = await compute.status(built.id, { signal })
  const said = `an earlier run left it ${state}`
  if (state === 'suspending' || state === 'suspended') {
    await compute.waitFor(built.id, 'suspended', { signal, timeoutMs: WAIT_MS })
    await compute.resume(built.id, { signal })
    return `${said}: resumed`
  }
  if (state !== 'stopped' && state !== 'error' && state !== 'deleting') return `${said}: the same id`
  await compute.delete(built.id, { signal })
  await compute.waitFor(built.id, 'deleted', { signal, timeoutMs: WAIT_MS })
  built.id = await orderedBuild(scene)
  return `${said}: built anew`
}

async function remove(scene: Scene): Promise<string | undefined> {
  const amphora = await found(scene)
  if (amphora === undefined) return undefined
  await scene.compute.delete(amphora.id)
  await scene.compute.waitFor(amphora.id, 'deleted', { timeoutMs: WAIT_MS })
  return `deleted the amphora ${amphora.name}`
}

async function found({ compute, request }: Scene, signal?: AbortSignal): Promise<Amphora | undefined> {
  try {
    const query = { name: request.name, driver: LOCAL }
    return await compute.getAmphora(query, signal === undefined ? {} : { signal })
  } catch (error) {
    if (error instanceof InstanceNotFoundError) return undefined
    throw error
  }
}
