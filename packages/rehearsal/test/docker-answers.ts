import { dockerRequest } from '@amphora/testbed'

/** Whether a Docker Engine listens where the environment says. */
export async function dockerAnswers(): Promise<boolean> {
  try {
    return (await dockerRequest('/_ping', { timeoutMs: 5_000 })).status === 200
  } catch {
    return false
  }
}
