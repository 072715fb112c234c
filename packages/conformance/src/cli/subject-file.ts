import { readFile } from 'node:fs/promises'
import type { BuildRequest, Capabilities, DriverPlugin } from '@amphora/core'
import { newSshKey } from '../run/ssh-key.ts'
import type { Subject, Told } from '../subject.ts'
import { UsageError } from './usage-error.ts'

/** What a subject tells that can stand in a file. */
type Facts = Partial<Pick<Told, (typeof FACTS)[number]>> & { readonly otherRequest?: BuildRequest }

const FACTS = [
  'secrets',
  'badOptions',
  'unknownImage',
  'states',
  'imageFile',
  'pageSize',
  'attachTarget',
  'groupPolicy',
  'deviations',
  'limits',
] as const

export interface Files {
  readonly options: string | undefined
  readonly request: string | undefined
  readonly facts: string | undefined
}

/** The subject that a driver and some files make. Nobody controls its backend. */
export async function subjectOf(plugin: DriverPlugin, files: Files): Promise<Subject> {
  const options = (await jsonFrom(files.options)) ?? {}
  const { capabilities, name } = plugin.definition
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- core checks it at each build
  const request = ((await jsonFrom(files.request)) ?? { type: capabilities.types[0] }) as BuildRequest
  const { otherRequest, ...facts } = factsIn(await jsonFrom(files.facts))
  const other = otherRequest ?? varied(request, capabilities)
  plugin(options)
  return {
    ...facts,
    name,
    plugin,
    driver: () => plugin(options),
    request: () => request,
    otherRequest: () => other,
    secrets: [...(facts.secrets ?? []), ...secretsIn(options)],
    options,
  }
}

function factsIn(value: object = {}): Facts {
  const known: readonly string[] = ['otherRequest', ...FACTS]
  const strange = Object.keys(value).filter((key) => !known.includes(key))
  if (strange.length === 0) return value
  throw new UsageError(`Facts are ${known.join(', ')}; found ${strange.join(', ')}`)
}

async function jsonFrom(path: string | undefined): Promise<object | undefined> {
  if (path === undefined) return undefined
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code = '' }: NodeJS.ErrnoException = error instanceof Error ? error : new Error('unreachable')
    throw new UsageError(`The file ${path} cannot be read (${code})`)
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // What the parser quotes may be a password.
  }
  throw new UsageError(`The file ${path} does not hold a JSON object`)
}

/** Another order, by whatever the driver takes that changes nothing on the backend beside the instance itself. */
function varied(request: BuildRequest, { userData, files, keys }: Capabilities): BuildRequest {
  if (userData !== undefined) return { ...request, userData: '#cloud-config\n# another order\n' }
  if (files !== undefined) return { ...request, configDriveFiles: { '/etc/amphora-kit/other': 'another order\n' } }
  if (keys !== undefined) return { ...request, keys: [newSshKey('other')] }
  throw new UsageError(
    'The driver takes neither user data nor files nor keys: say in --facts what "otherRequest" is, another order for the same name',
  )
}

const SECRET_KEY = /pass|secret|token|credential|community|priv|auth.*key|key$/i
const LEAST_SECRET = 6

/** Every text in the options that stands under the name of a secret. */
function secretsIn(options: unknown, isSecret = false): readonly string[] {
  if (typeof options === 'string') return isSecret && options.length >= LEAST_SECRET ? [options] : []
  if (typeof options !== 'object' || options === null) return []
  return Object.entries(options).flatMap(([key, value]) => secretsIn(value, isSecret || SECRET_KEY.test(key)))
}
