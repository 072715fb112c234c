import { randomBytes } from 'node:crypto'
import { dockerRequest } from '@amphora/testbed'
import type { TestProject } from 'vitest/node'
import { clients, install, wanted, type Install } from '../src/install.ts'
import { nodePaths, type NodeLine } from '../src/nodes.ts'
import type { PublicPackage } from '../src/public-package.ts'
import { openStage, type Stage } from '../src/stage.ts'
import type { Stranger } from '../src/stranger.ts'
import { dockerAnswers } from './docker-answers.ts'

/** What every test file is given: packages published and installed, each alone, by each client. */
export interface Rehearsal {
  readonly stranger: Stranger
  readonly packages: readonly PublicPackage[]
  readonly nodes: Readonly<Record<NodeLine, string>>
  /** Of all that is installed, also of what could not be. */
  readonly installs: readonly Install[]
  /** The owner of all that is built, of this rehearsal and no other. */
  readonly owner: string
}

declare module 'vitest' {
  interface ProvidedContext {
    rehearsal: Rehearsal
  }
}

export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  const owner = `rehearsal${randomBytes(4).toString('hex')}`
  const [nodes, stage] = await Promise.all([nodePaths(), openStage()])
  const end = async (): Promise<void> => {
    await stage.close()
    await removeContainers(owner)
  }
  // The test runner leaves at once when it is told to, without its teardown.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().finally(() => process.exit(1)))
  }
  try {
    const { stranger, packages } = stage
    project.provide('rehearsal', { stranger, packages, nodes, installs: await installAll(stage), owner })
    return end
  } catch (error) {
    await end()
    throw error
  }
}

/** npm and pnpm work beside each other, each on one folder after the other. */
async function installAll({ stranger, packages }: Stage): Promise<readonly Install[]> {
  const queues = clients.map(async (client) => {
    const done: Install[] = []
    for (const each of packages) done.push(await install(stranger, client, each.name, wanted(each)))
    return done
  })
  return (await Promise.all(queues)).flat()
}

/** What was built and not deleted, because a program was ended in between. */
async function removeContainers(owner: string): Promise<void> {
  if (!(await dockerAnswers())) return
  const filters = JSON.stringify({ label: [`amphora.owner=${owner}`] })
  const found = (await dockerRequest('/containers/json', { query: { all: '1', filters } })).json()
  for (const { Id } of found as readonly { readonly Id: string }[]) {
    await dockerRequest(`/containers/${Id}`, { method: 'DELETE', query: { force: '1', v: '1' } })
  }
}
