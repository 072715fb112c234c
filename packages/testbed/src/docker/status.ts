import { ownDaemon } from './daemon.ts'
import { type EngineVersion, engineAt } from './engine.ts'
import { dockerImages, missingImages } from './images.ts'
import { dockerSocketPath } from './socket-path.ts'

export interface DockerStatus {
  readonly socketPath: string
  /** `undefined`: no engine answers. */
  readonly engine?: EngineVersion
  /** The daemon's pid where the testbed started it. */
  readonly ownPid?: number
  readonly images: readonly { readonly name: string; readonly present: boolean }[]
}

/** What there is now. Changes nothing. */
export async function dockerStatus(): Promise<DockerStatus> {
  const socketPath = dockerSocketPath()
  const engine = await engineAt(socketPath)
  if (engine === undefined) return { socketPath, images: [] }
  const [daemon, missing] = await Promise.all([ownDaemon(socketPath), missingImages(socketPath)])
  const images = Object.values(dockerImages).map((name) => ({ name, present: !missing.includes(name) }))
  return { socketPath, engine, images, ...(daemon === undefined ? {} : { ownPid: daemon.process.pid }) }
}

/** The status as lines to read. */
export function statusLines(status: DockerStatus): readonly string[] {
  const { socketPath, engine, ownPid, images } = status
  if (engine === undefined) return [`no engine answers at ${socketPath}`]
  const starter = ownPid === undefined ? 'not by the testbed' : `by the testbed, pid ${ownPid}`
  return [
    `engine ${engine.version}, API ${engine.apiVersion}, answers at ${socketPath}`,
    `started ${starter}`,
    ...images.map(({ name, present }) => `image ${name} ${present ? 'is there' : 'is missing or out of date'}`),
  ]
}
