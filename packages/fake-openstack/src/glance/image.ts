import type { JsonRecord } from '../toolkit/json.ts'

/** An image that Glance holds. */
export interface FakeImage {
  readonly id: string
  readonly name: string
  readonly tags: readonly string[]
  readonly status: string
  readonly visibility: string
  /** The project's id. */
  readonly owner: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** Whatever else its document says. */
  readonly properties: JsonRecord
}

export type NewImage = Pick<FakeImage, 'name'> & Partial<FakeImage>

export function imageDocument(image: FakeImage): JsonRecord {
  const { id } = image
  const date = `${new Date(image.createdAt).toISOString().slice(0, 19)}Z`
  return {
    name: image.name,
    disk_format: 'raw',
    container_format: 'bare',
    visibility: image.visibility,
    size: 65_536,
    virtual_size: 65_536,
    status: image.status,
    checksum: 'fcd6bcb56c1689fcef28b57c22475bad',
    protected: false,
    min_ram: 0,
    min_disk: 0,
    owner: image.owner,
    os_hidden: false,
    os_hash_algo: 'sha512',
    os_hash_value: '0'.repeat(128),
    id,
    created_at: date,
    updated_at: date,
    tags: image.tags,
    self: `/v2/images/${id}`,
    file: `/v2/images/${id}/file`,
    schema: '/v2/schemas/image',
    stores: 'fs',
    ...image.properties,
  }
}
