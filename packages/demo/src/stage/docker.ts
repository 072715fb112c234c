import { docker } from '@amphora/docker'
import { dockerImages, dockerRequest, dockerStatus, dockerUp, type DockerStatus } from '@amphora/testbed'
import { DemoError } from '../claim.ts'
import type { Say } from '../output/ledger.ts'
import { OWNER, type Stage } from './stage.ts'

const NEEDED: readonly string[] = [dockerImages.haproxy, dockerImages.busybox]

/**
 * On the engine that answers; none is started. Images that it lacks are made, which takes Debian's packages: these are
 * installed where they are missing and this is root.
 *
 * @throws {DemoError} where no engine answers, and {TestbedError} where the images cannot be made.
 */
export async function dockerStage(say: Say): Promise<Stage> {
  const status = await dockerStatus()
  const { engine, socketPath } = status
  if (engine === undefined) {
    throw new DemoError(
      `no Docker Engine answers at ${socketPath}: start one, name its socket by DOCKER_HOST=unix://..., or use --driver noop`,
    )
  }
  if (lacksImages(status)) {
    say.progress('making the images')
    await dockerUp({ log: (line) => say.detail(line) })
  }
  return {
    kind: 'docker',
    label: `Docker Engine ${engine.version}, API ${engine.apiVersion}, at ${socketPath}`,
    binding: docker({ socketPath, pull: 'never' }),
    imageId: dockerImages.haproxy,
    isGone: async (name) => (await dockerRequest(`/containers/${OWNER}-${name}/json`)).status === 404,
  }
}

function lacksImages({ images }: DockerStatus): boolean {
  return NEEDED.some((needed) => !images.some(({ name, present }) => name === needed && present))
}
