/** Control characters, and what turns the direction of writing round: a terminal would obey them. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** A text of a backend or a file as one line that a terminal only shows. */
export function plain(text: string): string {
  return text.replace(UNSAFE, ' ').trim()
}

/** JSON on one line; what terminals obey is escaped, which JSON itself asks only below U+0020. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null'
  return json.replace(UNSAFE, (found) => found.split('').map(escaped).join(''))
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
