import type { BuildOrder } from '@amphora/core'
import { BY_TAG } from './images.ts'
import { UUID } from './uuid.ts'

/** `missing`: what is said where there is none. */
export function* imageProblems({ imageId }: BuildOrder, missing: string): Iterable<string> {
  if (imageId === undefined || imageId.trim() === '') yield missing
  if (imageId?.trim() === BY_TAG) yield `imageId ${JSON.stringify(imageId)} names no tag; write "tag:" and the tag`
}

/** Which of these are no ids. */
export function* uuidProblems(field: string, ids: readonly string[]): Iterable<string> {
  for (const [index, id] of ids.entries()) {
    if (!UUID.test(id)) yield `${field}[${index}] must be a UUID; found ${JSON.stringify(id.slice(0, 80))}`
  }
}

/** The rules for ports that hold before anything is sent. */
export function* portProblems({ portIds }: BuildOrder): Iterable<string> {
  if (new Set(portIds).size < portIds.length) yield 'portIds names one of them twice; a port belongs to one server once'
}

/** What is a file cannot be a folder. */
export function* fileProblems({ files }: BuildOrder): Iterable<string> {
  for (const { path } of files) {
    const above = files.find((other) => path.startsWith(`${other.path}/`))
    if (above !== undefined) {
      yield `${JSON.stringify(path)} lies below ${JSON.stringify(above.path)}, which is a file itself`
    }
  }
}
