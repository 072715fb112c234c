import type { BuildOrder } from '@amphora/core'
import type { CreateBody } from './wire.ts'

/** Whose it is, and for which order it was made. Written by the creating call itself, so nothing is ever without. */
export const TAGS = { owner: 'amphora-owner', fingerprint: 'amphora-fingerprint' } as const

/** An order in the backend's words. Pure. Core has refused whatever the capabilities do not declare. */
export function toCreateBody(order: BuildOrder, owner: string): CreateBody {
  // here: how an order reads in your backend's words
  return {
    name: order.name,
    image: order.imageId,
    flavor: typeof order.flavor === 'string' ? order.flavor : undefined,
    files: order.files.map(({ path, bytes }) => ({ path, content: base64(bytes) })),
    userData: order.userData === undefined ? undefined : base64(order.userData),
    tags: { [TAGS.owner]: owner, [TAGS.fingerprint]: order.fingerprint },
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
