import { isPair, isScalar, isSeq, visit, type Document } from 'yaml'
import type { Problem, ProblemPath } from '../yaml/problem.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** `$${` first, so that it is never taken for the beginning of a reference. */
const PART = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g

/**
 * Puts the environment's values in the place of `${NAME}` and `${NAME:-default}` in every value of a document, and `${`
 * in that of `$${`. The result is always a text. The default is taken where a variable is unset or empty, as in a shell.
 * What is wrong is told by the names of the variables; no value is ever part of it.
 */
export function resolveReferences(document: Document, env: Environment): readonly Omit<Problem, 'line'>[] {
  const problems: Omit<Problem, 'line'>[] = []
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return
      const { text, faults } = resolved(node.value, env)
      node.value = text
      const path = pathOf(ancestors, node)
      for (const fault of faults) problems.push({ path, text: fault })
    },
  })
  return problems
}

/** One text with its references resolved, and what is wrong with them. */
export function resolved(
  given: string,
  env: Environment,
): { readonly text: string; readonly faults: readonly string[] } {
  const faults: string[] = []
  const text = given.replace(PART, (part: string, name: string | undefined, otherwise: string | undefined) => {
    if (part === '$${') return '${'
    if (name === undefined) {
      faults.push('has a "${" that begins no ${NAME} or ${NAME:-default}; write "$${" where "${" itself is meant')
      return ''
    }
    const value = env[name]
    if (otherwise !== undefined) return value === undefined || value === '' ? otherwise : value
    if (value === undefined) faults.push(`needs the environment variable ${name}, which is not set`)
    return value ?? ''
  })
  return { text, faults }
}

function pathOf(ancestors: readonly unknown[], node: unknown): ProblemPath {
  const chain = [...ancestors, node]
  const path: (string | number)[] = []
  for (const [index, ancestor] of chain.entries()) {
    if (isPair(ancestor) && isScalar(ancestor.key)) path.push(String(ancestor.key.value))
    if (isSeq(ancestor)) path.push(ancestor.items.indexOf(chain[index + 1]))
  }
  return path
}
