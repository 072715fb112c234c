import { inspect } from 'node:util'

/** The first block of code in this language; empty where there is none. */
export function codeBlock(markdown: string, language: string): string {
  return new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(markdown)?.[1] ?? ''
}

/** What is printed with `console.log` until the work is done, call by call; nothing of it reaches the terminal. */
export async function printedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const printed: string[] = []
  const { log } = console
  console.log = (...values: unknown[]) => {
    printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
  }
  try {
    await work()
  } finally {
    console.log = log
  }
  return printed
}
