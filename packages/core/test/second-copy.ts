import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as defineDriver from '../src/define-driver.ts'
import type * as errors from '../src/errors.ts'
import type * as registry from '../src/registry.ts'

/** A second copy of this package, as two drivers with dependencies of their own bring along. */
export interface SecondCopy {
  readonly errors: typeof errors
  readonly registry: typeof registry
  readonly defineDriver: typeof defineDriver
  remove(): Promise<void>
}

export async function secondCopy(): Promise<SecondCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'amphora-core-'))
  await cp(fileURLToPath(new URL('../src', import.meta.url)), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  })
  return {
    errors: await import(join(folder, 'errors.ts')),
    registry: await import(join(folder, 'registry.ts')),
    defineDriver: await import(join(folder, 'define-driver.ts')),
    remove: () => rm(folder, { recursive: true }),
  }
}
