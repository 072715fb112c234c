import { fold } from '../output/fold.ts'
import { plain } from '../output/plain.ts'
import { textWidth, type Style } from '../output/style.ts'
import { commandLine, foldCommandLine } from './command-line.ts'
import type { Failure } from './failure.ts'

/** What failed, why, what is left and what to do, for people. */
export function renderFailure(failure: Failure, style: Style, withStack: boolean): string {
  const { colors } = style
  const width = textWidth(style)
  const item = (name: string, text: string): string =>
    fold(plain(text), width, `${colors.dim(`${name}:`.padEnd(6))} `, ' '.repeat(7))
  const { message, problems, code, reason, retryAfterMs, aftermath, advice, stack } = failure
  const why = [code, reason === undefined ? undefined : `(${reason})`].filter((part) => part !== undefined).join(' ')
  const patience =
    retryAfterMs === undefined ? '' : ` The backend asks for ${Math.ceil(retryAfterMs / 1_000)} s of patience.`
  return [
    fold(plain(message), width, `${colors.red('error:')} `, ' '.repeat(7)),
    ...problems.map((problem) => fold(plain(problem), width, '  - ')),
    why === '' ? '' : item('why', why),
    ...aftermath.left.map((sentence) => item('left', sentence)),
    item('do', `${advice}${patience}`),
    ...aftermath.next.map((argv) =>
      foldCommandLine(argv, width - 9)
        .map((line) => `         ${line}\n`)
        .join(''),
    ),
    withStack ? `${stackLines(stack)}\n` : '',
  ].join('')
}

/** The same for scripts. */
export function failureJson(failure: Failure, withStack: boolean): object {
  const { aftermath, stack, problems, ...rest } = failure
  return {
    error: {
      ...rest,
      ...(problems.length > 0 ? { problems } : {}),
      ...(aftermath.left.length > 0 ? { left: aftermath.left } : {}),
      ...(aftermath.next.length > 0 ? { next: aftermath.next.map(commandLine) } : {}),
      ...(withStack ? { stack } : {}),
    },
  }
}

function stackLines(stack: string): string {
  return stack
    .split('\n')
    .map((line) => `      ${plain(line)}`)
    .join('\n')
}
