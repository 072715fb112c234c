import { Help } from 'commander'

/** Running text within a width, behind `first`, with the lines after it set in. Words that are too long stand alone. */
export function fold(text: string, width: number, first: string, indent: string = ' '.repeat(first.length)): string {
  const help = new Help()
  help.minWidthToWrap = LEAST
  const folded = help.boxWrap(text, Math.max(LEAST, width - indent.length))
  return folded
    .split('\n')
    .map((line, at) => `${at === 0 ? first : indent}${line.trimEnd()}\n`)
    .join('')
}

/** Narrower than this nothing can be read. */
const LEAST = 20
