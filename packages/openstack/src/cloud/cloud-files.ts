import { basename } from 'node:path'
import type { Logger } from '@amphora/core'
import { own, recordOf } from '@amphora/http'
import { configError } from './config-error.ts'
import { mergeDeep, mergeEntry, type Mapping } from './merge-entries.ts'
import { candidates, type ConfigFile } from './search-path.ts'
import { readFirst, type YamlFile } from './yaml-file.ts'

/** Which files to read, and where a name of one comes from. */
export interface FileChoice {
  readonly cloudsFile: string | undefined
  readonly secureFile: string | undefined
  readonly logger: Logger
}

/** One entry of `clouds.yaml`, with everything that is merged into it. */
export interface FoundEntry {
  readonly entry: Mapping
  /** For messages: `the entry "prod" of /etc/openstack/clouds.yaml`. */
  readonly where: string
}

/** The entry of this name: `secure.yaml` over `clouds.yaml`, and both over the profile in `clouds-public.yaml`. */
export async function findEntry(name: string, choice: FileChoice): Promise<FoundEntry> {
  const [clouds, secure] = await Promise.all([read('clouds', choice.cloudsFile), read('secure', choice.secureFile)])
  warnOfOpenFiles([clouds, secure], choice.logger)
  const found = [clouds, secure].filter((file) => file !== undefined)
  if (found.length === 0) {
    throw configError(
      `the cloud "${name}" needs a clouds.yaml, and there is none in ${candidates('clouds', process.env)
        .filter((path) => path.endsWith('.yaml'))
        .join(', ')}`,
    )
  }
  const sections = found.map(({ path, content }) => section(content, 'clouds', path))
  const entries = sections.reduce((lower, upper) => mergeDeep(lower, upper), {})
  const paths = found.map(({ path }) => path).join(' and ')
  const where = `the entry "${name}" of ${paths}`
  const given = own(entries, name)
  if (given === undefined) {
    const names = Object.keys(entries).toSorted().join(', ')
    throw configError(`there is no entry "${name}" in ${paths}; found: ${names === '' ? 'none' : names}`)
  }
  const entry = recordOf(given)
  if (entry === undefined) throw configError(`${where} is not a mapping`)
  const profile = own(entry, 'profile') ?? own(entry, 'cloud')
  if (profile === undefined || profile === null) return { entry, where }
  return { entry: mergeEntry(await profileOf(profile, where, choice), entry), where }
}

async function profileOf(name: unknown, where: string, { logger }: FileChoice): Promise<Mapping> {
  if (typeof name !== 'string') throw configError(`${where}: profile is a name`)
  const file = await read('clouds-public', undefined)
  warnOfOpenFiles([file], logger)
  const profiles = file === undefined ? {} : section(file.content, 'public-clouds', file.path)
  const profile = recordOf(own(profiles, name))
  if (profile !== undefined) return profile
  const looked = file === undefined ? 'there is no clouds-public.yaml' : `${file.path} has none of that name`
  throw configError(`${where}: its profile "${name}" is not known, since ${looked}`)
}

async function read(file: ConfigFile, given: string | undefined): Promise<YamlFile | undefined> {
  if (given === undefined) return readFirst(candidates(file, process.env))
  const found = await readFirst([given])
  if (found === undefined) throw configError(`${given} is not there, or may not be read`)
  return found
}

function section(content: Mapping, key: string, path: string): Mapping {
  const value = own(content, key)
  const mapping = value === undefined || value === null ? {} : recordOf(value)
  if (mapping === undefined) throw configError(`${path}: ${key} is not a mapping`)
  return mapping
}

function warnOfOpenFiles(files: readonly (YamlFile | undefined)[], logger: Logger): void {
  for (const file of files) {
    if (file?.isOpen !== true || !holdsSecrets(file.content)) continue
    logger.warn({ name: file.path }, `${basename(file.path)} holds secrets and can be read by others than its owner`)
  }
}

function holdsSecrets(value: unknown): boolean {
  const mapping = recordOf(value)
  if (mapping === undefined) return Array.isArray(value) && value.some(holdsSecrets)
  return Object.entries(mapping).some(
    ([key, inner]) =>
      (/password|secret|token/i.test(key) && typeof inner === 'string' && inner !== '') || holdsSecrets(inner),
  )
}
