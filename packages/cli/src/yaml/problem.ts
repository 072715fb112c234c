/** Keys and indices from the top of a file down to a value. */
export type ProblemPath = readonly (string | number)[]

/** One thing that is wrong with a file. Holds no value of the file. */
export interface Problem {
  readonly path: ProblemPath
  /** From 1. */
  readonly line: number | undefined
  /** Reads on after the path: `is missing`. */
  readonly text: string
}

/** `line 4: drivers.local.package is missing`, in the order of the lines. */
export function problemLines(problems: readonly Problem[]): readonly string[] {
  return [...problems]
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ path, line, text }) => `${line === undefined ? '' : `line ${line}: `}${pathText(path)}${text}`)
}

function pathText(path: ProblemPath): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')} `
}
