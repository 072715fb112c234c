import { isMap, isSeq, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import type { Problem, ProblemPath } from './problem.ts'

/** A YAML text (JSON is one too), with the way back from data to lines. */
export interface YamlText {
  readonly document: Document
  /** Why it cannot be read. Quotes nothing of the text, any of which may be a secret. */
  readonly problems: readonly Problem[]
  /** The line, from 1, of what stands at this path, or of the innermost part of the path that there is. */
  readonly lineOf: (path: ProblemPath) => number | undefined
}

/** Never throws. Anchors and aliases are YAML's own; a text that multiplies itself by them is refused by `toData`. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    uniqueKeys: true,
  })
  return {
    document,
    problems: document.errors.map(({ code, pos: [start] }) => ({
      path: [],
      line: lines.linePos(start).line,
      text: `is not valid YAML here (${code.toLowerCase().replaceAll('_', ' ')})`,
    })),
    lineOf: (path) => {
      const offset = offsetOf(document.contents, path)
      return offset === undefined ? undefined : lines.linePos(offset).line
    },
  }
}

/** The document as plain data; `undefined` where aliases would blow it up or point nowhere. */
export function toData(document: Document): { readonly data: unknown } | undefined {
  try {
    const data: unknown = document.toJS({ maxAliasCount: 100 })
    return { data }
  } catch {
    return undefined
  }
}

function offsetOf(root: Node | null, path: ProblemPath): number | undefined {
  let node: unknown = root
  let offset = root?.range?.[0]
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (pair === undefined) return offset
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key]
      if (isScalar(node) || isMap(node) || isSeq(node)) offset = node.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
