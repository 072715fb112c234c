import type { Compute } from '@amphora/core'

/** How commands name one amphora in their help. */
export const TARGET_HELP = 'its id, or its name'

export interface TargetOptions {
  /** Where a name is looked for; everywhere if left out. */
  readonly driver?: string
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

/** Ids hold a slash, names never do. */
export function isId(target: string): boolean {
  return target.includes('/')
}

/** The id of what is meant. @throws {InstanceNotFoundError} where there is none of this name. */
export async function idOf(target: string, compute: Compute, { driver, ...call }: TargetOptions): Promise<string> {
  if (isId(target)) return target
  const amphora = await compute.getAmphora({ name: target, ...(driver === undefined ? {} : { driver }) }, call)
  return amphora.id
}
