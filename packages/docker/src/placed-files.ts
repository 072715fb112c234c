import { posix } from 'node:path'
import type { BuildOrder } from '@amphora/core'
import type { PlacedFile } from './archive.ts'
import type { Settings } from './options.ts'

/** Everything of an order that becomes a file in the container. */
export function placedFiles(order: BuildOrder, settings: Settings): readonly PlacedFile[] {
  const { files, keys, userData } = order
  return [
    ...files,
    ...(keys.length === 0 ? [] : [{ path: settings.authorizedKeysPath, bytes: lines(keys) }]),
    ...(userData === undefined ? [] : userDataFiles(settings.userDataPath, userData)),
  ]
}

/** cloud-init takes a NoCloud seed only where a `meta-data` lies beside it (cloud-init, datasources, NoCloud). */
function userDataFiles(path: string, bytes: Uint8Array): readonly PlacedFile[] {
  const file = { path, bytes }
  const folder = posix.dirname(path)
  const isSeed = ['nocloud', 'nocloud-net'].includes(posix.basename(folder)) && posix.basename(path) === 'user-data'
  return isSeed ? [file, { path: `${folder}/meta-data`, bytes: new Uint8Array() }] : [file]
}

function lines(texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.map((text) => `${text}\n`).join(''))
}
