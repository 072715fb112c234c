import { TestbedError } from '../testbed-error.ts'

/** The engine's usual socket. */
const defaultSocketPath = '/var/run/docker.sock'

/** Where the engine listens: `DOCKER_HOST` when set, which must be a `unix://` address, else the usual socket. */
export function dockerSocketPath(environment: NodeJS.ProcessEnv = process.env): string {
  const host = environment['DOCKER_HOST']
  if (host === undefined || host === '') return defaultSocketPath
  const path = /^unix:\/\/(\/.+)$/.exec(host)?.[1]
  if (path !== undefined) return path
  throw new TestbedError(
    `DOCKER_HOST must be unix:// with an absolute path, found ${JSON.stringify(host)}: unset it to use ${defaultSocketPath}`,
  )
}
