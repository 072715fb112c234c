import { UUID, type Images } from '@amphora/openstack'
import type { ImageOption, Settings } from './options.ts'

/** Where the image comes from, as `instance_info` has it. */
export interface ImageSource {
  readonly fields: Readonly<Record<string, string>>
  /** Its id in Glance, where it is one of Glance's. */
  readonly glanceId: string | undefined
  readonly rootGb: number | undefined
}

/**
 * A name from the options, else one of Glance's: by id, by name, or by `tag:…`.
 *
 * @throws {AmphoraComputeError} `not-found`, or `invalid-argument` where several go by one name.
 */
export async function imageSource(
  imageId: string,
  { images }: Pick<Settings, 'images'>,
  glance: Images,
  signal: AbortSignal,
): Promise<ImageSource> {
  const known = Object.hasOwn(images, imageId) ? images[imageId] : undefined
  if (known === undefined) {
    const glanceId = await glance.idOf(imageId, signal)
    return { fields: { image_source: glanceId }, glanceId, rootGb: undefined }
  }
  const { source, rootGb } = known
  return { fields: fieldsOf(known), glanceId: UUID.test(source) ? source : undefined, rootGb }
}

function fieldsOf({ source, checksum, hashAlgorithm, hash, kernel, ramdisk }: ImageOption): Record<string, string> {
  return {
    image_source: source,
    ...(checksum === undefined ? {} : { image_checksum: checksum }),
    ...(hashAlgorithm === undefined || hash === undefined
      ? {}
      : { image_os_hash_algo: hashAlgorithm, image_os_hash_value: hash }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(ramdisk === undefined ? {} : { ramdisk }),
  }
}
