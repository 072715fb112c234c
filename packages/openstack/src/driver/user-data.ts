import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { BootFile, BuildOrder } from '@amphora/core'

/** What cloud-init gets of an order. */
export type Payload = Pick<BuildOrder, 'userData' | 'keys' | 'files'>

/** How it travels. */
export type Passage =
  /** As bytes, of which so many fit: gzipped where it would be too long otherwise. Its length is the caller's to check. */
  | { readonly longest: number }
  /** As text: what is none is wrapped. */
  | { readonly asText: true }

/**
 * The user data of a server: the caller's own to the byte where there is nothing to add, else a MIME multipart of it and
 * of a cloud-config with our files and keys (cloud-init unpacks and unwraps it: cloud-init documentation, "User data
 * formats").
 */
export async function composeUserData(
  { userData, keys, files }: Payload,
  passage: Passage,
): Promise<Uint8Array | undefined> {
  const asText = 'asText' in passage
  const isOurs = keys.length > 0 || files.length > 0
  if (!isOurs && (userData === undefined || !asText || isText(userData))) return userData
  const parts = [
    ...(userData === undefined || userData.byteLength === 0 ? [] : [callersPart(userData, asText)]),
    ...(isOurs ? [part('text/cloud-config', Buffer.from(await cloudConfig(keys, files)))] : []),
  ]
  const document = multipart(parts)
  return asText || document.byteLength <= passage.longest ? document : gzipSync(document, { level: 9 })
}

/** Appended to what the caller's own cloud-config has, where the default would put one list in place of the other. */
const MERGE = [
  { name: 'list', settings: ['append'] },
  { name: 'dict', settings: ['no_replace', 'recurse_list'] },
]

/** The library is loaded here, since most processes build nothing with files or keys. */
async function cloudConfig(keys: readonly string[], files: readonly BootFile[]): Promise<string> {
  const { stringify } = await import('yaml')
  const config = {
    merge_how: MERGE,
    ...(keys.length === 0 ? {} : { ssh_authorized_keys: keys }),
    ...(files.length === 0 ? {} : { write_files: files.map(writtenFile) }),
  }
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`
}

function writtenFile({ path, bytes }: BootFile): object {
  return {
    path,
    encoding: 'b64',
    content: Buffer.from(bytes).toString('base64'),
    owner: 'root:root',
    permissions: '0600',
  }
}

/** A document that is a multipart itself stays one, nested: cloud-init walks through all parts. */
function callersPart(userData: Uint8Array, asText: boolean): Buffer {
  const text = Buffer.from(userData)
  return isMime(text) && (!asText || isText(text)) ? text : part(typeOf(text), text)
}

function isText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0)
}

function isMime(text: Buffer): boolean {
  return /^(?:MIME-Version|Content-Type):/i.test(text.subarray(0, 64).toString('latin1'))
}

function typeOf(text: Buffer): string {
  if (text[0] === 0x1f && text[1] === 0x8b) return 'application/gzip'
  const start = text.subarray(0, 64).toString('latin1')
  return TYPES.find(([prefix]) => start.startsWith(prefix))?.[1] ?? 'text/cloud-config'
}

/** What a part is by its first line, longest first (cloud-init, cloudinit/handlers/__init__.py). */
const TYPES: readonly (readonly [string, string])[] = [
  ['#cloud-config-archive', 'text/cloud-config-archive'],
  ['#cloud-config-jsonp', 'text/cloud-config-jsonp'],
  ['#cloud-config', 'text/cloud-config'],
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#part-handler', 'text/part-handler'],
  ['#include-once', 'text/x-include-once-url'],
  ['#include', 'text/x-include-url'],
  ['## template: jinja', 'text/jinja2'],
  ['#!', 'text/x-shellscript'],
]

/** In base64, so that no byte of it is touched. */
function part(type: string, bytes: Buffer): Buffer {
  const lines = bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\n')
  return Buffer.from(`Content-Type: ${type}\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n${lines}\n`)
}

function multipart(parts: readonly Buffer[]): Buffer {
  const boundary = `amphora-${randomUUID()}`
  return Buffer.concat([
    Buffer.from(`Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n`),
    ...parts.flatMap((one) => [Buffer.from(`--${boundary}\n`), one, Buffer.from('\n')]),
    Buffer.from(`--${boundary}--\n`),
  ])
}
