/**
 * Texts of the language itself that speak of code and not of data. Others do quote data: `'a' in text` throws a
 * TypeError that holds the whole text, a SyntaxError quotes the JSON it could not read.
 */
const SPEAKS_OF_CODE = [
  /^Cannot (?:read|set) properties of (?:undefined|null) \((?:reading|setting) '[A-Za-z_$][\w$]{0,39}'\)$/,
  /^[A-Za-z_$][\w$]{0,39} is not defined$/,
  /^Cannot access '[A-Za-z_$][\w$]{0,39}' before initialization$/,
  /^Maximum call stack size exceeded$/,
  /^Invalid (?:array|string) length$/,
]
const OF_THE_LANGUAGE: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError'])
/** A place in a file, or in Node itself, at the end of the line: a message may hold lines that only look like frames. */
const FRAME = /^ {4}at (?:async )?(?:[^()]{1,200} \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\).{1,500}:\d+:\d+\)?$/
const MAX_FRAMES = 12

/**
 * What an operator may see of an error that nobody has mapped: its name, its code and where it was thrown. Errors of
 * HTTP and socket libraries carry requests, tokens and bodies in their fields and texts, so none of these is kept.
 * Never throws, whatever was thrown.
 */
export function withoutSecrets(thrown: unknown): Error {
  try {
    return thrown instanceof Error ? stripped(thrown) : thrownValue(thrown)
  } catch {
    return thrownValue(thrown)
  }
}

function thrownValue(thrown: unknown): Error {
  return new Error(`not an error was thrown, but a value of type ${thrown === null ? 'null' : typeof thrown}`)
}

function stripped(thrown: Error): Error {
  const name = word(thrown.name) ?? 'Error'
  const code = 'code' in thrown ? word(thrown.code) : undefined
  const { message } = thrown
  const shown = OF_THE_LANGUAGE.has(name) && SPEAKS_OF_CODE.some((shape) => shape.test(message))
  const text = shown ? message : 'text left out, since it may hold secrets'
  const kept = new Error(code === undefined ? text : `${code}: ${text}`)
  Object.defineProperty(kept, 'name', { value: name, configurable: true, writable: true })
  kept.stack = [`${name}: ${kept.message}`, ...framesOf(thrown.stack ?? '', message)].join('\n')
  return kept
}

function framesOf(stack: string, message: string): readonly string[] {
  const at = stack.indexOf(message)
  const behind = at < 0 ? stack : stack.slice(at + message.length)
  return behind
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) ? value : undefined
}
