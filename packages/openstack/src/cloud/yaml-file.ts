import { open, type FileHandle } from 'node:fs/promises'
import { own, recordOf } from '@amphora/http'
import { configError } from './config-error.ts'

/** A file that was there, and what is in it. */
export interface YamlFile {
  readonly path: string
  readonly content: Readonly<Record<string, unknown>>
  /** Whether others than its owner may read it. */
  readonly isOpen: boolean
}

const LONGEST = 1024 * 1024

/** The first of these files that exists and may be read; `undefined` where none does. Nothing of its content is in an error. */
export async function readFirst(paths: readonly string[]): Promise<YamlFile | undefined> {
  for (const path of paths) {
    const file = await opened(path)
    if (file === undefined) continue
    try {
      const { mode, size } = await file.stat()
      if (size > LONGEST) throw configError(`${path} is longer than ${LONGEST} bytes`)
      const content = await parse(path, await file.readFile('utf8'))
      return { path, content, isOpen: process.platform !== 'win32' && (mode & 0o044) !== 0 }
    } finally {
      await file.close()
    }
  }
  return undefined
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path)
  } catch (thrown) {
    const code = own(thrown, 'code')
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined
    throw configError(`${path} could not be read: ${typeof code === 'string' ? code : 'no code'}`)
  }
}

/**
 * Every value that is no list, no mapping and not empty is a text, exactly as it is written: `0123` and `1e5` may be
 * passwords. The library is loaded here, since most bindings read no file.
 */
async function parse(path: string, text: string): Promise<Readonly<Record<string, unknown>>> {
  const { parse: parseYaml, YAMLParseError } = await import('yaml')
  let content: unknown
  try {
    content = parseYaml(text, { schema: 'failsafe', customTags: ['merge', 'null'] })
  } catch (thrown) {
    // The library's own words quote the line.
    const line = thrown instanceof YAMLParseError ? thrown.linePos?.[0].line : undefined
    throw configError(`${path} is not YAML${line === undefined ? '' : `, from line ${line} on`}`)
  }
  const mapping = content === null || content === undefined ? {} : recordOf(content)
  if (mapping === undefined) throw configError(`${path} is YAML, but no mapping`)
  return mapping
}
