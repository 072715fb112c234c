import type { BootFile, BuildOrder, BuildRequest } from '../build-request.ts'
import type { Capabilities } from '../capabilities.ts'
import type { DriverDefinition } from '../define-driver.ts'
import { InvalidRequestError, NotImplementedError } from '../errors.ts'
import { readContent, releaseContent } from './content.ts'
import { isPlainObject, undeclaredFields, unknownFieldProblems } from './declared.ts'
import { fieldProblems, fileSetProblems, quoted } from './field-rules.ts'
import { fingerprintOf } from './fingerprint.ts'
import { freshName, nameProblem } from './name.ts'

export interface NormalizeOptions {
  readonly driver: string
  readonly definition: Pick<DriverDefinition<unknown, Capabilities>, 'capabilities' | 'naming'>
  readonly fingerprintKey: string | undefined
  readonly signal: AbortSignal
}

/** What a request without a word of its own means. */
export const DEFAULT_TYPE = 'VM'

/**
 * Makes of what callers write what drivers receive: checked, complete, every content read.
 *
 * @throws {InvalidRequestError} naming every rule that is broken, all at once.
 * @throws {NotImplementedError} naming every field that the driver does not declare, where no rule is broken.
 */
export async function normalize(request: BuildRequest, options: NormalizeOptions): Promise<BuildOrder> {
  const { capabilities, naming } = options.definition
  const undeclared = undeclaredFields(request, capabilities)
  const problems = [
    ...unknownFieldProblems(request),
    ...nameProblems(request.name, naming),
    ...fieldProblems(request, capabilities.networks?.max),
    ...fileSetProblems(request.configDriveFiles, capabilities.files?.maxCount ?? 0),
  ].filter((problem) => !undeclared.some((field) => problem.startsWith(field)))

  const contents = await readContents(request, capabilities, options.signal)
  problems.push(...contents.problems)

  const missing = undeclared.map((field) => `${field} is not supported by driver "${options.driver}"`)
  if (problems.length > 0) throw new InvalidRequestError([...problems, ...missing])
  if (missing.length > 0) throw new NotImplementedError(`${missing.join('; ')}; leave it out or choose another driver`)
  return orderOf(request, contents, naming, options.fingerprintKey)
}

interface Contents {
  readonly files: readonly BootFile[]
  readonly userData: Uint8Array | undefined
  readonly problems: readonly string[]
}

/** Also where the request is refused anyway: whoever corrects it wants to know of every problem. */
async function readContents(request: BuildRequest, capabilities: Capabilities, signal: AbortSignal): Promise<Contents> {
  const problems: string[] = []
  const seen = new Set<unknown>()
  const read = async (where: string, content: unknown, maxBytes: number | undefined): Promise<Uint8Array | undefined> => {
    if (maxBytes === undefined) {
      releaseContent(content)
      return undefined
    }
    if (typeof content === 'object' && seen.has(content) && !(content instanceof Uint8Array || content instanceof Blob)) {
      problems.push(`${where} is the same stream as another one; a stream is read once`)
      return undefined
    }
    seen.add(content)
    const reading = await readContent(content, maxBytes, signal)
    if ('bytes' in reading) return reading.bytes
    problems.push(`${where} ${reading.problem}`)
    return undefined
  }

  const given = isPlainObject(request.configDriveFiles) ? Object.entries(request.configDriveFiles) : []
  const files: BootFile[] = []
  try {
    for (const [index, [path, content]] of given.entries()) {
      const limit = index < (capabilities.files?.maxCount ?? 0) ? capabilities.files?.maxBytes : undefined
      const bytes = await read(`configDriveFiles[${quoted(path)}]`, content, limit)
      if (bytes !== undefined) files.push({ path, bytes })
    }
    const { userData } = request
    const bytes = userData === undefined ? undefined : await read('userData', userData, capabilities.userData?.maxBytes)
    return { files, userData: bytes, problems }
  } catch (error) {
    for (const [, content] of given) releaseContent(content)
    releaseContent(request.userData)
    throw error
  }
}

function* nameProblems(name: unknown, naming: NormalizeOptions['definition']['naming']): Iterable<string> {
  const problem = name === undefined ? undefined : nameProblem(name, naming)
  if (problem !== undefined) yield problem
}

function orderOf(
  request: BuildRequest,
  contents: Contents,
  naming: NormalizeOptions['definition']['naming'],
  fingerprintKey: string | undefined,
): BuildOrder {
  const name = request.name ?? freshName(naming)
  if (name === undefined) throw new InvalidRequestError(['name is needed: core can make none for this driver'])
  const ordered = {
    name,
    type: request.type ?? DEFAULT_TYPE,
    flavor: typeof request.flavor === 'object' ? Object.freeze({ ...request.flavor }) : request.flavor,
    imageId: request.imageId,
    keys: Object.freeze([...(request.keys ?? [])]),
    secGroups: Object.freeze([...(request.secGroups ?? [])]),
    networkIds: Object.freeze([...(request.networkIds ?? [])]),
    portIds: Object.freeze([...(request.portIds ?? [])]),
    files: Object.freeze([...contents.files]),
    userData: contents.userData,
    placementGroupId: request.placementGroupId,
    availabilityZone: request.availabilityZone,
  }
  const fingerprint = fingerprintOf(ordered, fingerprintKey)
  return Object.freeze({ ...ordered, nameIsFresh: request.name === undefined, fingerprint })
}
