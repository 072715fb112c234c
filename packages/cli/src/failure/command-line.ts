/** The arguments as a shell takes them. */
export function commandLine(argv: readonly string[]): string {
  return ['amphora', ...argv.map(quoted)].join(' ')
}

/** Folded so that it can still be copied as it is: a line that goes on ends in a backslash. */
export function foldCommandLine(argv: readonly string[], width: number): readonly string[] {
  const lines: string[] = []
  let line = 'amphora'
  for (const word of withValues(argv.map(quoted))) {
    if (line.length + 1 + word.length + 2 <= width) line += ` ${word}`
    else {
      lines.push(`${line} \\`)
      line = `  ${word}`
    }
  }
  return [...lines, line]
}

/** A flag and what follows it stay on one line. */
function withValues(words: readonly string[]): readonly string[] {
  const joined: string[] = []
  for (const word of words) {
    const last = joined.at(-1)
    if (last !== undefined && /^--[\w-]+$/.test(last) && !word.startsWith('-'))
      joined[joined.length - 1] = `${last} ${word}`
    else joined.push(word)
  }
  return joined
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
