import type { BuildOrder } from '@amphora/core'
import { sizeOf } from './limits.ts'
import type { Settings } from './options.ts'
import { placedFiles } from './placed-files.ts'

/** What a driver of these options does not do, though its capabilities declare it. Pure; nothing is sent. */
export function refuse(order: BuildOrder, settings: Settings): readonly string[] {
  const { storageQuota, readonlyRootfs, volumes } = settings
  const unquoted =
    sizeOf(order, settings)?.storageGiB !== undefined && !storageQuota
      ? ['flavor.storageGiB needs the option storageQuota, and that overlay2 on xfs with project quotas']
      : []
  const outside = placedFiles(order, settings).filter(({ path }) => !volumes.some((volume) => isBelow(path, volume)))
  const unwritable = readonlyRootfs
    ? outside.map(({ path }) => `${JSON.stringify(path)} lies in none of the option volumes, and readonlyRootfs is set`)
    : []
  return [...unquoted, ...unwritable]
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`)
}
