import { hasControlCharacter } from './file-path.ts'

const MAX_LENGTH = 255

/** Why a value cannot be an id or a name of the backend, which reach URLs and headers; `undefined` where it can. */
export function backendTextProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return `is a string; found ${value === null ? 'null' : typeof value}`
  if (value === '') return 'is empty'
  if (value.length > MAX_LENGTH) return `has at most ${MAX_LENGTH} characters; found ${value.length}`
  // No encoding keeps a URL from resolving these two.
  if (value === '.' || value === '..') return `is an id, not "${value}"`
  return hasControlCharacter(value) || !value.isWellFormed() ? 'holds control or broken characters' : undefined
}
