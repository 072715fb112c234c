import { gunzipSync } from 'node:zlib'
import { cloudConfigIn, partsOf } from '@amphora/fake-openstack'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { composeUserData } from './user-data.ts'

const LONGEST = 49_149
const PASSAGE = { longest: LONGEST }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const keys = ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA one', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB two']

describe('user data', () => {
  it('goes byte for byte where there are neither files nor keys, and is absent where there is none', async () => {
    const userData = Uint8Array.from([0, 1, 255, 10])
    expect(await composeUserData({ userData, keys: [], files: [] }, PASSAGE)).toBe(userData)
    expect(await composeUserData({ userData: undefined, keys: [], files: [] }, PASSAGE)).toBeUndefined()
  })

  it('is one cloud-config of files and keys where the caller has none', async () => {
    const contents = Uint8Array.from([0, 200, 13, 10, 38, 60])
    const document = await composeUserData(
      { userData: undefined, keys, files: [{ path: '/etc/a&b', bytes: contents }] },
      PASSAGE,
    )
    const config = cloudConfigIn(document)
    expect(config).toMatchObject({
      ssh_authorized_keys: keys,
      write_files: [
        {
          path: '/etc/a&b',
          encoding: 'b64',
          content: Buffer.from(contents).toString('base64'),
          owner: 'root:root',
          permissions: '0600',
        },
      ],
    })
    expect(partsOf(document)).toHaveLength(1)
  })

  it.each([
    ['#cloud-config\nruncmd: [a]\n', 'text/cloud-config'],
    ['#cloud-config-archive\n- a\n', 'text/cloud-config-archive'],
    ['#!/bin/sh\necho\n', 'text/x-shellscript'],
    ['#include\nhttps://a\n', 'text/x-include-url'],
    ['#include-once\nhttps://a\n', 'text/x-include-once-url'],
    ['#cloud-boothook\n#!/bin/sh\n', 'text/cloud-boothook'],
    ['#part-handler\n', 'text/part-handler'],
    ['## template: jinja\n#cloud-config\n', 'text/jinja2'],
    ['runcmd: [a]\n', 'text/cloud-config'],
    ['\u001f\u008b\u0008', 'application/gzip'],
  ])('of the caller that begins with %j is a part of the type %s, untouched', async (text, type) => {
    const userData = Uint8Array.from(Buffer.from(text, 'latin1'))
    const [first, second, ...rest] = partsOf(await composeUserData({ userData, keys, files: [] }, PASSAGE))
    expect(first?.type).toBe(type)
    expect(first?.bytes.equals(userData)).toBe(true)
    expect([second?.type, rest]).toEqual(['text/cloud-config', []])
  })

  it('of the caller that is a multipart itself stays one, nested', async () => {
    const own = 'Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n\n--x\n\n#!/bin/sh\n--x--\n'
    const [first] = partsOf(await composeUserData({ userData: bytes(own), keys, files: [] }, PASSAGE))
    expect(first?.type).toBe('multipart/mixed; boundary="x"')
    expect(first?.raw).toContain('--x\n\n#!/bin/sh\n--x--')
  })

  it('tells cloud-init to add ours to the lists of the caller, and to replace nothing', async () => {
    const document = await composeUserData(
      { userData: bytes('#cloud-config\nwrite_files: []\n'), keys, files: [] },
      PASSAGE,
    )
    expect(cloudConfigIn(document)).toMatchObject({
      merge_how: [
        { name: 'list', settings: ['append'] },
        { name: 'dict', settings: ['no_replace', 'recurse_list'] },
      ],
    })
  })

  it('holds any key as one text, however YAML might read it', async () => {
    const odd = [`ssh-ed25519 AAAA yes: "no" #${'x'.repeat(300)}`]
    expect(cloudConfigIn(await composeUserData({ userData: undefined, keys: odd, files: [] }, PASSAGE))).toMatchObject({
      ssh_authorized_keys: odd,
    })
    expect(parse('a: 1')).toEqual({ a: 1 })
  })

  it('is gzipped where it would be too long otherwise', async () => {
    const files = [1, 2, 3, 4, 5].map((index) => ({ path: `/f${index}`, bytes: bytes('x'.repeat(10_240)) }))
    const document = await composeUserData({ userData: undefined, keys: [], files }, PASSAGE)
    expect(document?.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
    expect(document?.byteLength).toBeLessThan(LONGEST)
    const unpacked = gunzipSync(document ?? new Uint8Array())
    expect(cloudConfigIn(unpacked)?.write_files).toHaveLength(5)
  })
})

describe('user data that travels as text', () => {
  const asText = { asText: true } as const

  it('stays as it is where it is text, and is never packed', async () => {
    const userData = bytes('#!/bin/sh\necho ä\n')
    expect(await composeUserData({ userData, keys: [], files: [] }, asText)).toBe(userData)
    const files = Array.from({ length: 5 }, (_, index) => ({ path: `/f${index}`, bytes: bytes('x'.repeat(10_240)) }))
    const document = await composeUserData({ userData, keys, files }, asText)
    expect(Buffer.from(document ?? []).toString()).toMatch(/^Content-Type: multipart\/mixed/)
    expect(cloudConfigIn(document)?.write_files).toHaveLength(5)
  })

  it('is wrapped where it is none, to the byte', async () => {
    for (const raw of [
      [0x1f, 0x8b, 8, 0, 255],
      [35, 33, 0, 10],
      [0xc3, 0x28],
    ]) {
      const userData = Uint8Array.from(raw)
      const parts = partsOf(await composeUserData({ userData, keys: [], files: [] }, asText))
      expect(parts.map((part) => [...part.bytes])).toEqual([raw])
    }
  })
})
