import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'

/** What an inventory written as YAML or JSON, which is YAML too, says; `undefined` where it is neither. */
export function readText(text: string): { readonly value: unknown } | { readonly problem: string } {
  const { parseDocument } = yaml()
  const document = parseDocument(text, { stringKeys: true, uniqueKeys: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error !== undefined) {
    const { line } = error.linePos?.[0] ?? {}
    return { problem: `is neither YAML nor JSON: ${error.code}${line === undefined ? '' : ` in line ${line}`}` }
  }
  // Aliases that stand for one another could grow without bound.
  return { value: document.toJS({ maxAliasCount: 100 }) }
}

/** Loaded when the first text is read: options are parsed at once, and an object needs no parser. */
function yaml(): typeof Yaml {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the package is, by its own types
  return createRequire(import.meta.url)('yaml') as typeof Yaml
}
