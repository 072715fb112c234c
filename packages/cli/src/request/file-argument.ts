import { UsageError } from '../usage-error.ts'

/** `/etc/haproxy/haproxy.cfg=./haproxy.cfg`: the path in the amphora, and where the content comes from. */
export interface FileArgument {
  readonly path: string
  readonly place: string
}

/** Split at the first `=`. @throws {UsageError} also where one path is given twice. */
export function parseFiles(texts: readonly string[]): readonly FileArgument[] {
  const files = texts.map(parseOne)
  const paths = files.map(({ path }) => path)
  const twice = paths.find((path, index) => paths.indexOf(path) < index)
  if (twice === undefined) return files
  throw new UsageError(`--file gives ${twice} twice`, { advice: 'Leave one of them out.' })
}

function parseOne(text: string): FileArgument {
  const at = text.indexOf('=')
  const [path, place] = [text.slice(0, at), text.slice(at + 1)]
  if (at > 0 && place !== '') return { path, place }
  throw new UsageError(`--file is <path in the amphora>=<file here, or ->; found ${JSON.stringify(text)}`, {
    advice: 'For example: --file /etc/haproxy/haproxy.cfg=./haproxy.cfg',
  })
}
