import type { BuildRequest } from '../build-request.ts'
import { backendTextProblem } from './backend-text.ts'
import { isPlainObject } from './declared.ts'
import { filePathProblem } from './file-path.ts'
import { sshKeyProblem } from './ssh-key.ts'

const MAX_KEYS = 64
const MAX_LINKS = 8
const MAX_GROUPS = 64
const SIZES = ['vcpus', 'memoryMiB', 'storageGiB'] as const

/** Every rule that the fields of a request break, but for their names' and contents' own. Reads no content. */
export function* fieldProblems(request: BuildRequest, maxNetworks: number = MAX_LINKS): Iterable<string> {
  yield* flavorProblems(request.flavor)
  yield* optionalText('imageId', request.imageId)
  yield* optionalText('placementGroupId', request.placementGroupId)
  yield* optionalText('availabilityZone', request.availabilityZone)
  yield* list('keys', request.keys, MAX_KEYS, sshKeyProblem)
  yield* list('secGroups', request.secGroups, MAX_GROUPS, backendTextProblem)
  yield* list('networkIds', request.networkIds, Math.min(maxNetworks, MAX_LINKS), backendTextProblem)
  yield* list('portIds', request.portIds, MAX_LINKS, backendTextProblem)
  yield* repeated('portIds', request.portIds)
}

/** Every rule that the set of files breaks, their contents aside. */
export function* fileSetProblems(files: unknown, maxCount: number): Iterable<string> {
  if (files === undefined) return
  if (!isPlainObject(files)) {
    yield 'configDriveFiles maps absolute paths to contents; found something else'
    return
  }
  const paths = Object.keys(files)
  if (paths.length > maxCount) yield `configDriveFiles holds at most ${maxCount} files; found ${paths.length}`
  for (const path of paths) {
    const problem = filePathProblem(path)
    if (problem !== undefined) yield `configDriveFiles[${quoted(path)}] ${problem}`
  }
}

/** A value as a message may show it: cut, and with control characters escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

function* flavorProblems(flavor: unknown): Iterable<string> {
  if (flavor === undefined) return
  if (typeof flavor === 'string') {
    yield* optionalText('flavor', flavor)
    return
  }
  if (!isPlainObject(flavor)) {
    yield 'flavor is a name, or { vcpus, memoryMiB, storageGiB }; found something else'
    return
  }
  for (const [size, value] of Object.entries(flavor)) {
    if (!(SIZES as readonly string[]).includes(size)) yield `flavor has ${SIZES.join(', ')}; found ${quoted(size)}`
    else if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value) && value > 0)) {
      yield `flavor.${size} is a number above 0`
    }
  }
}

function* optionalText(field: string, value: unknown): Iterable<string> {
  if (value === undefined) return
  const problem = backendTextProblem(value)
  if (problem !== undefined) yield `${field} ${problem}`
}

function* list(
  field: string,
  values: unknown,
  max: number,
  problemOf: (value: unknown) => string | undefined,
): Iterable<string> {
  if (values === undefined) return
  if (!Array.isArray(values)) {
    yield `${field} is an array; found ${values === null ? 'null' : typeof values}`
    return
  }
  if (values.length > max) {
    yield `${field} holds at most ${max}; found ${values.length}`
    return
  }
  for (const [index, value] of values.entries()) {
    const problem = problemOf(value)
    if (problem !== undefined) yield `${field}[${index}] ${problem}`
  }
}

function* repeated(field: string, values: unknown): Iterable<string> {
  if (Array.isArray(values) && new Set(values).size < values.length) yield `${field} names one of them twice`
}
