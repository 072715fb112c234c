import { inspect } from 'node:util'

/** All that anybody can see of a value: its text, its JSON, its insides and those of its cause. */
export function everything(value: unknown): string {
  const cause = value instanceof Error ? value.cause : undefined
  const stack = value instanceof Error ? `${value.message} ${value.stack}` : ''
  const shown = inspect(value, { depth: 20, showHidden: true })
  return [stack, JSON.stringify(value), shown, cause === undefined ? '' : everything(cause)].join('\n')
}
