import type { BootFile, BuildOrder, BuildRequest } from '../build-request.ts'
import type { Capabilities } from '../capabilities.ts'
import type { DriverDefinition } from '../define-driver.ts'
import { InvalidRequestError, NotImplementedError } from '../errors.ts'
import { readContent, releaseContent } from './content.ts'
import { isPlainObject, undeclaredFields, undeclaredWords, unknownFieldProblems } from './declared.ts'
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
  const name = request.name === undefined ? freshName(naming) : request.name
  const undeclared = undeclaredFields(request, capabilities)
  const problems = [
    ...unknownFieldProblems(request),
    ...nameProblems(name, naming),
    ...fieldProblems(request, capabilities.networks?.max),
    ...fileSetProblems(request.configDriveFiles, capabilities.files?.maxCount ?? 0),
  ].filter((problem) => !undeclared.some((field) => problem.startsWith(field)))

  // Copied before the first wait: what is built is what was checked, also where the caller changes the request meanwhile.
  const isFine = name !== undefined && problems.length + undeclared.length === 0
  const fields = isFine ? fieldsOf(name, request) : undefined
  const contents = await readContents(request, capabilities, options.signal)
  problems.push(...contents.problems)

  const missing = undeclared.map(
    (field) => `${undeclaredWords(field, request, capabilities)} is not supported by driver "${options.driver}"`,
  )
  if (problems.length > 0) throw new InvalidRequestError([...problems, ...missing])
  if (fields === undefined)
    throw new NotImplementedError(`${missing.join('; ')}; leave it out or choose another driver`)
  return orderOf(fields, contents, options.fingerprintKey)
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
  const read = async (
    where: string,
    content: unknown,
    maxBytes: number | undefined,
  ): Promise<Uint8Array | undefined> => {
    if (maxBytes === undefined) {
      releaseContent(content)
      return undefined
    }
    if (isReadOnce(content) && seen.has(content)) {
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

/** Strings, bytes and blobs are read as often as one likes. */
function isReadOnce(content: unknown): boolean {
  if (typeof content !== 'object' || content === null) return false
  return !(content instanceof Uint8Array || content instanceof Blob)
}

function* nameProblems(name: unknown, naming: NormalizeOptions['definition']['naming']): Iterable<string> {
  if (name === undefined) yield 'name is needed: core can make none for this driver'
  const problem = name === undefined ? undefined : nameProblem(name, naming)
  if (problem !== undefined) yield problem
}

type Fields = Omit<BuildOrder, 'files' | 'userData' | 'fingerprint'>

function fieldsOf(name: string, request: BuildRequest): Fields {
  return {
    name,
    nameIsFresh: request.name === undefined,
    type: request.type ?? DEFAULT_TYPE,
    flavor: flavorOf(request.flavor),
    imageId: request.imageId,
    keys: Object.freeze([...(request.keys ?? [])]),
    secGroups: Object.freeze([...(request.secGroups ?? [])]),
    networkIds: Object.freeze([...(request.networkIds ?? [])]),
    portIds: Object.freeze([...(request.portIds ?? [])]),
    placementGroupId: request.placementGroupId,
    availabilityZone: request.availabilityZone,
  }
}

/** A size that asks for nothing is none. */
function flavorOf(flavor: BuildRequest['flavor']): BuildOrder['flavor'] {
  if (typeof flavor !== 'object') return flavor
  const sizes = Object.entries(flavor).filter(([, size]) => size !== undefined)
  return sizes.length === 0 ? undefined : Object.freeze(Object.fromEntries(sizes))
}

function orderOf(fields: Fields, contents: Contents, fingerprintKey: string | undefined): BuildOrder {
  const { nameIsFresh, ...given } = fields
  const ordered = { ...given, files: Object.freeze([...contents.files]), userData: contents.userData }
  return Object.freeze({ ...ordered, nameIsFresh, fingerprint: fingerprintOf(ordered, fingerprintKey) })
}
