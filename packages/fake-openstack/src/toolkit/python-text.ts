/** A parsed JSON value as Python's `repr` writes it; OpenStack's refusals quote requests so. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, one]) => `${quoted(key)}: ${pythonText(one)}`)
    return `{${pairs.join(', ')}}`
  }
  return JSON.stringify(value)
}

/** In single quotes, unless double ones save an escape. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll(quote, `\\${quote}`)
  return `${quote}${body}${quote}`
}
