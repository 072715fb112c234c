import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import type { Api } from './api.ts'
import { ensureNamed, listOfKind, oneNamed } from './named.ts'

/** The images by name. `tiny-2` is the younger one of the two that carry the tag `amphora`. */
export interface Images {
  readonly tiny: string
  readonly 'tiny-2': string
  /** Two images of one name, `twin`. */
  readonly twins: readonly [string, string]
}

interface Image {
  readonly id: string
  readonly name: string
  readonly created_at: string
}

const Image: v.GenericSchema<unknown, Image> = v.object({ id: v.string(), name: v.string(), created_at: v.string() })

/** 64 KiB of nothing: the fake computes boot it, and nobody else. */
const blank = new Uint8Array(65_536)

export async function ensureImages(admin: Api, log: (line: string) => void): Promise<Images> {
  const present = listOfKind(await admin.call('glance', '/v2/images?limit=1000'), 'images', Image)
  const tiny = await ensureNamed('tiny', present, (name) => makeImage(admin, { name, tags: ['amphora'] }, log))
  const twins = present.filter(({ name }) => name === 'twin').map(({ id }) => id)
  while (twins.length < 2) twins.push((await makeImage(admin, { name: 'twin' }, log)).id)
  const younger = await ensureNamed('tiny-2', present, async (name) => {
    await sleep(1100) // Glance notes the time of its making in whole seconds
    return makeImage(admin, { name, tags: ['amphora'] }, log)
  })
  const [one = '', other = ''] = twins
  return { tiny, 'tiny-2': younger, twins: [one, other] }
}

/** Makes an image that everybody may use. */
export async function makeImage(
  admin: Api,
  image: Readonly<Record<string, unknown>> & { readonly name: string },
  log: (line: string) => void,
  bytes: Uint8Array = blank,
): Promise<{ readonly id: string; readonly name: string }> {
  const defaults = { disk_format: 'raw', container_format: 'bare', visibility: 'public' }
  const body = { ...defaults, ...image }
  const made = oneNamed(await admin.call('glance', '/v2/images', { method: 'POST', body }))
  await admin.call('glance', `/v2/images/${made.id}/file`, { method: 'PUT', body: bytes })
  log(`made image ${image.name}`)
  return made
}
