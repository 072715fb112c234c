/** Errors of the language itself: their texts speak of code, not of data. A SyntaxError may quote the data it read. */
const SPEAK_OF_CODE: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError'])
const MAX_FRAMES = 12

/**
 * What an operator may see of an error that nobody has mapped: its name, its code and where it was thrown. Errors of
 * HTTP and socket libraries carry requests, tokens and bodies in their fields and texts, so none of these is kept.
 */
export function withoutSecrets(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(`a ${thrown === null ? 'null' : typeof thrown} was thrown`)
  const name = word(thrown.name) ?? 'Error'
  const code = word((thrown as { readonly code?: unknown }).code)
  const text = SPEAK_OF_CODE.has(name) ? thrown.message.slice(0, 200) : 'text left out, since it may hold secrets'
  const kept = new Error(code === undefined ? text : `${code}: ${text}`)
  Object.defineProperty(kept, 'name', { value: name, configurable: true, writable: true })
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  kept.stack = [`${name}: ${kept.message}`, ...frames.slice(0, MAX_FRAMES)].join('\n')
  return kept
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) ? value : undefined
}
