import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

export interface Importable {
  /** Where it is installed. */
  readonly folder: string
  /** What the import names. */
  readonly entry: string
}

const rounds = 9

const program = `
const from = performance.now()
await import(process.argv[2])
console.log(performance.now() - from)
`

/**
 * Milliseconds that each import takes in a process that has imported nothing yet: the median of nine, less that of an
 * empty module. The processes take turns, so that whatever else the machine does falls on all of them.
 */
export async function importTimes(importables: readonly Importable[]): Promise<readonly number[]> {
  for (const { folder } of importables) {
    await writeFile(join(folder, 'time-import.mjs'), program)
    await writeFile(join(folder, 'empty.mjs'), '')
  }
  const samples = importables.map(() => ({ full: [] as number[], empty: [] as number[] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { folder, entry }] of importables.entries()) {
      samples[index]?.empty.push(await timeImport(folder, './empty.mjs'))
      samples[index]?.full.push(await timeImport(folder, entry))
    }
  }
  return samples.map(({ full, empty }) => Math.max(0, median(full) - median(empty)))
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function timeImport(folder: string, entry: string): Promise<number> {
  const { stdout } = await execa(process.execPath, ['time-import.mjs', entry], { cwd: folder, timeout: 30_000 })
  return Number(stdout)
}
