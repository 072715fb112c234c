import { dockerRequest, type DockerRequestOptions, type DockerResponse } from '@amphora/testbed'
import * as v from 'valibot'
import { DemoError } from '../claim.ts'

/** One request to the engine whose answer has one of these statuses. `what` completes "the engine could not ...". */
export async function engineCall(
  what: string,
  statuses: readonly number[],
  path: string,
  options: DockerRequestOptions = {},
): Promise<DockerResponse> {
  const response = await dockerRequest(path, options)
  if (statuses.includes(response.status)) return response
  throw new DemoError(`the engine could not ${what}: it answered ${response.status} ${reasonIn(response)}`)
}

const ErrorAnswer = v.pipe(v.string(), v.parseJson(), v.object({ message: v.string() }))

function reasonIn(response: DockerResponse): string {
  const text = response.text().trim().slice(0, 200)
  const result = v.safeParse(ErrorAnswer, response.text())
  return result.success ? result.output.message : text
}
