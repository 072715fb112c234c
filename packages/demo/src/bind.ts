import { createCompute, registry, type Bindings, type Compute, type Logger } from '@amphora/core'
// oxlint-disable-next-line import/no-unassigned-import -- the second of the three doors is an import that registers
import '@amphora/noop/register'
import type { CleanUp } from './clean-up.ts'
import { claim } from './claim.ts'
import type { Say } from './output/ledger.ts'
import { OWNER, type Stage } from './stage/stage.ts'

/** The bindings, and so the first part of every id. */
export const LOCAL = 'local'
const TWIN = 'twin'

export interface Binding {
  readonly stage: Stage
  readonly logger: Logger
  readonly cleanUp: CleanUp
  readonly say: Say
}

/**
 * One `Compute` over two drivers, each come by another door: `local` is the value that a driver package exports, `twin`
 * was registered by an import and is looked up by its name, as from a configuration file.
 */
export async function bind({ stage, logger, cleanUp, say }: Binding): Promise<Compute> {
  const doors: Readonly<Record<string, string>> = {
    [LOCAL]: `${stage.binding.plugin.definition.name}, the value that its package exports`,
    [TWIN]: 'noop, registered by import and looked up by name',
  }
  const twin = registry.get('noop')({})
  const drivers: Bindings = { [LOCAL]: stage.binding, [TWIN]: twin }
  const compute = await createCompute({ drivers, owner: OWNER, logger })
  cleanUp.add('connections', async () => {
    await compute.close()
    return undefined
  })
  const builders = compute.driversFor('Container').join(', ')
  claim(builders === `${LOCAL}, ${TWIN}`, `both bindings must build containers, found: ${builders}`)
  for (const { driver, version, failure } of await compute.check()) {
    claim(failure === undefined, `${driver} must answer, and does not: ${failure?.message}`)
    say.detail(`${driver.padEnd(5)}  ${doors[driver]} (backend: ${version ?? 'no version'})`)
  }
  return compute
}
