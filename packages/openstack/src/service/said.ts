import { listOf, own, recordOf, textOf } from '@amphora/http'

/** What a service says of its refusal. */
export interface Said {
  /** Nova's word for the kind, such as `badRequest`; Neutron's type; Ironic's fault code. */
  readonly word: string | undefined
  /** On one line, cut to 200 characters and before `Value:`, behind which Nova repeats the request. */
  readonly message: string | undefined
}

/**
 * Nova `{"<word>": {code, message}}`, Neutron `{"NeutronError": {type, message}}`, Keystone `{"error": {code, message}}`,
 * Glance `{message, code, title}`, Ironic `{"error_message": "<JSON as a text>"}`. Total on everything else.
 */
export function saidBy(body: unknown): Said {
  const ironic = own(body, 'error_message')
  if (ironic !== undefined) return ironicSaid(ironic)
  const message = own(body, 'message')
  if (message !== undefined) return { word: textOf(own(body, 'title')), message: oneLine(message) }
  const errors = listOf(own(body, 'errors'))
  if (errors !== undefined) {
    return {
      word: textOf(own(errors[0], 'code')),
      message: oneLine(own(errors[0], 'detail') ?? own(errors[0], 'title')),
    }
  }
  for (const [word, value] of Object.entries(recordOf(body) ?? {})) {
    const inner = own(value, 'message')
    if (inner !== undefined) return { word: textOf(own(value, 'type')) ?? word, message: oneLine(inner) }
  }
  return NOTHING
}

const NOTHING: Said = Object.freeze({ word: undefined, message: undefined })

/** A text that holds JSON again, by wsme's or by Ironic's own layout; or a plain text; or that JSON itself. */
function ironicSaid(given: unknown): Said {
  const inner = typeof given === 'string' ? (readObject(given) ?? given) : given
  if (typeof inner === 'string') return { word: undefined, message: oneLine(inner) }
  const message = own(inner, 'faultstring') ?? own(inner, 'description') ?? own(inner, 'message')
  return { word: textOf(own(inner, 'faultcode')) ?? textOf(own(inner, 'title')), message: oneLine(message) }
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return recordOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

function oneLine(value: unknown): string | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  // Nothing behind that is kept, and a body may be long.
  const [before = ''] = text.slice(0, 2000).split(/\bValue:/)
  return textOf(
    before
      .replace(/(?:<br ?\/?>|[\p{Cc}\s])+/gu, ' ')
      .trim()
      .slice(0, 200),
  )
}
