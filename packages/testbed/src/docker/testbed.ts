import { setTimeout as sleep } from 'node:timers/promises'
import { pidsNamed } from '../process-identity.ts'
import { TestbedError } from '../testbed-error.ts'
import { killDaemon, ownDaemon, startDaemon, stopDaemon } from './daemon.ts'
import { engineAt } from './engine.ts'
import { type DockerImages, dockerImages, ensureImages } from './images.ts'
import { withMachineLock } from '../machine-lock.ts'
import { ensureEngineInstalled } from './installation.ts'
import { dockerSocketPath } from './socket-path.ts'

export interface DockerUpOptions {
  /** Hears what was done, one line each. Default: nobody. */
  readonly log?: (line: string) => void
}

export interface RestartOptions {
  /**
   * What becomes of the shims that outlive a killed daemon, one for each container.
   * `end` (default): they are ended first, as when a whole machine fails. Running containers are `exited` 255, and
   * one whose start was cut off is `created` and can be started.
   * `keep`: dockerd meets them, as when only dockerd crashes. Containers that ran were stopped by it (143 for most),
   * and one whose start was cut off is `created` and every start of it answers 500.
   */
  readonly shims?: 'end' | 'keep'
}

/** An engine that answers and has the test images. */
export interface DockerTestbed {
  readonly socketPath: string
  readonly images: DockerImages
  /** Whether this or an earlier process of the testbed started the engine: only then `kill` and `restart` work. */
  readonly startedByTestbed: boolean
  /** Ends dockerd with SIGKILL and resolves when it is gone. Its containers run on; its socket file stays. */
  kill(): Promise<void>
  /** Starts dockerd again, stopping it first when it runs, and resolves when it answers. */
  restart(options?: RestartOptions): Promise<void>
}

const lockName = 'amphora-testbed-docker'

/**
 * Sees to it that an engine answers at `DOCKER_HOST` and has the test images; does only what is missing. Installs and
 * starts Debian's engine when none answers (root only), never beside a dockerd that runs. Rejects with
 * {@link TestbedError} when it cannot.
 */
export async function dockerUp(options: DockerUpOptions = {}): Promise<DockerTestbed> {
  const { log = () => undefined } = options
  const socketPath = dockerSocketPath()
  return withMachineLock(lockName, async () => {
    if (!(await answersSoon(socketPath))) {
      const installed = await ensureEngineInstalled(log)
      // Where a service manager runs, the installation has started the engine.
      const runs = installed && (await answersSoon(socketPath))
      if (!runs) await startDaemon({ socketPath, log })
    }
    await ensureImages(socketPath, log)
    return testbed(socketPath, (await ownDaemon(socketPath)) !== undefined)
  })
}

/** Stops the engine if the testbed started it, and leaves any other alone. Logs which. */
export async function dockerDown(options: DockerUpOptions = {}): Promise<void> {
  const { log = () => undefined } = options
  const socketPath = dockerSocketPath()
  await withMachineLock(lockName, async () => {
    const daemon = await ownDaemon(socketPath)
    if (daemon !== undefined) {
      await stopDaemon(daemon)
      log(`stopped dockerd, pid ${daemon.process.pid}`)
      return
    }
    const engine = await engineAt(socketPath)
    if (engine === undefined) log(`nothing to do: no engine answers at ${socketPath}`)
    else log(`left alone: the testbed did not start the engine at ${socketPath}`)
  })
}

function testbed(socketPath: string, startedByTestbed: boolean): DockerTestbed {
  return {
    socketPath,
    images: dockerImages,
    startedByTestbed,
    kill: async () => {
      const daemon = await ownDaemon(socketPath)
      if (daemon === undefined) throw refusal('kill', socketPath)
      await killDaemon(daemon)
    },
    restart: async ({ shims = 'end' } = {}) => {
      if (!startedByTestbed) throw refusal('restart', socketPath)
      await withMachineLock(lockName, async () => {
        const daemon = await ownDaemon(socketPath)
        if (daemon !== undefined) await stopDaemon(daemon)
        await startDaemon({ socketPath, shims, log: () => undefined })
      })
    },
  }
}

function refusal(verb: string, socketPath: string): TestbedError {
  return new TestbedError(
    `refuses to ${verb} the engine at ${socketPath}: the testbed did not start the one that runs there. ` +
      'Stop it yourself, then let the testbed start one',
  )
}

/** Whether an engine answers; one that is just starting gets five seconds. */
async function answersSoon(socketPath: string): Promise<boolean> {
  const end = Date.now() + 5000
  while ((await engineAt(socketPath)) === undefined) {
    if (Date.now() >= end || (await pidsNamed('dockerd')).length === 0) return false
    await sleep(100)
  }
  return true
}
