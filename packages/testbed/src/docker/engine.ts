import * as v from 'valibot'
import { TestbedError } from '../testbed-error.ts'
import { dockerRequest } from './request.ts'

/** What an answering engine says of itself. */
export interface EngineVersion {
  readonly version: string
  readonly apiVersion: string
}

const VersionAnswer = v.object({ Version: v.string(), ApiVersion: v.string() })

/**
 * Asks the engine at this socket who it is; `undefined` when none answers there. Rejects where this user may not ask.
 */
export async function engineAt(socketPath: string): Promise<EngineVersion | undefined> {
  try {
    const response = await dockerRequest('/version', { socketPath, timeoutMs: 5000 })
    return response.status === 200 ? parseVersion(response.json()) : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw new TestbedError(`this user may not open ${socketPath}: run this as root or as a member of its group`)
    }
    return undefined // no socket, a stale one, a dying engine, or no engine at all
  }
}

/** Reads the answer of `GET /version`; `undefined` when it is not an engine's. */
export function parseVersion(answer: unknown): EngineVersion | undefined {
  const result = v.safeParse(VersionAnswer, answer)
  return result.success ? { version: result.output.Version, apiVersion: result.output.ApiVersion } : undefined
}
