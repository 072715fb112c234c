import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { InvalidRequestError, type BootFile, type BuildOrder } from '@amphora/core'
import { afterEach, describe, expect, it } from 'vitest'
import { bench, clear, failure, trail, type Bench } from './driver.ts'
import { cloudConfigIn, partsOf, testCall } from '@amphora/fake-openstack'
import { order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

const fresh = (changes: Partial<BuildOrder>): BuildOrder => order({ nameIsFresh: true, ...changes })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const keys = ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA one', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ two']
const config: BootFile = { path: '/etc/haproxy/haproxy.cfg', bytes: bytes('global\n') }

/** So many files of noise, which no gzip makes shorter. */
function noise(count: number, size: number): readonly BootFile[] {
  return Array.from({ length: count }, (_, index) => ({ path: `/f${index}`, bytes: randomBytes(size) }))
}

function version({ cloud }: Bench): string | undefined {
  return cloud.server.requests('POST /v2.1/servers')[0]?.headers['openstack-api-version']?.toString()
}

describe('keys, files and user data', () => {
  it('go together as one document, on a config drive', async () => {
    const made = await start()
    const userData = bytes('#!/bin/sh\necho ü\n')
    await made.driver.build(fresh({ keys, files: [config], userData }), testCall())
    const server = made.cloud.named('web-1')
    const [theirs] = partsOf(server?.userData)
    expect([theirs?.type, theirs?.bytes.equals(userData)]).toEqual(['text/x-shellscript', true])
    expect(cloudConfigIn(server?.userData)).toMatchObject({
      ssh_authorized_keys: keys,
      write_files: [
        {
          path: config.path,
          encoding: 'b64',
          content: Buffer.from(config.bytes).toString('base64'),
          owner: 'root:root',
          permissions: '0600',
        },
      ],
    })
    expect([server?.order.configDrive, server?.order.keyName, server?.order.personality]).toEqual([true, null, []])
  })

  it('that are only user data go byte for byte', async () => {
    const made = await start()
    const userData = randomBytes(49_149)
    await made.driver.build(fresh({ userData }), testCall())
    expect(Buffer.compare(made.cloud.named('web-1')?.userData ?? bytes(''), userData)).toBe(0)
  })

  it('that are a view into a longer buffer send no more than the view', async () => {
    const made = await start()
    const whole = bytes('secret-before#!/bin/sh\nsecret-after')
    const userData = whole.subarray(13, 23)
    await made.driver.build(fresh({ userData }), testCall())
    expect(Buffer.from(made.cloud.named('web-1')?.userData ?? []).toString()).toBe('#!/bin/sh\n')
  })

  it('that are none send nothing', async () => {
    const made = await start()
    await made.driver.build(fresh({}), testCall())
    const server = made.cloud.named('web-1')
    expect([server?.userData, server?.order.personality]).toEqual([undefined, []])
  })

  it('of five files of the longest text are gzipped, and whole', async () => {
    const made = await start()
    const files = noise(5, 0).map(({ path }) => ({ path, bytes: bytes(`${path} `.repeat(3_000).slice(0, 10_240)) }))
    await made.driver.build(fresh({ files, keys }), testCall())
    const { userData } = made.cloud.named('web-1') ?? {}
    expect(Buffer.from(userData ?? []).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
    const written = cloudConfigIn(gunzipSync(userData ?? bytes(''))).write_files ?? []
    expect(written.map(({ path, content }) => [path, Buffer.from(content, 'base64').toString()])).toEqual(
      files.map((file) => [file.path, Buffer.from(file.bytes).toString()]),
    )
  })
})

describe('files', () => {
  it('go as personality where the options say so, under the last microversion that takes it', async () => {
    const made = await start({ files: 'personality' })
    const files = noise(5, 7_680)
    const id = await made.driver.build(fresh({ files, keys }), testCall())
    expect(version(made)).toBe('compute 2.56')
    const server = made.cloud.named('web-1')
    expect([...(server?.files ?? [])].map(([path, content]) => [path, Buffer.from(content)])).toEqual(
      files.map(({ path, bytes: content }) => [path, Buffer.from(content)]),
    )
    expect(cloudConfigIn(server?.userData)).toMatchObject({ ssh_authorized_keys: keys })
    expect(server?.tags).toEqual(['amphora:amphora'])
    clear(made.cloud)
    await made.driver.status(id, testCall())
    const [next] = made.cloud.server.requests()
    expect(next?.headers['openstack-api-version']).toBe('compute 2.79')
  })

  it('go as personality where they do not fit beside the user data', async () => {
    const made = await start()
    const [files, userData] = [noise(2, 7_680), randomBytes(40_000)]
    await made.driver.build(fresh({ files, userData }), testCall())
    const server = made.cloud.named('web-1')
    expect(Buffer.compare(server?.userData ?? bytes(''), userData)).toBe(0)
    expect([...(server?.files.keys() ?? [])]).toEqual(['/f0', '/f1'])
    expect(version(made)).toBe('compute 2.56')
  })

  it.each([
    [56, 'compute 2.56', ['amphora:amphora']],
    [51, 'compute 2.51', []],
    [25, 'compute 2.25', []],
    [1, 'compute 2.1', []],
  ] as const)('go as personality with what a Nova of 2.%i has', async (maximum, wanted, tags) => {
    const made = await start({ files: 'personality' }, { maximum })
    await made.driver.build(fresh({ files: [config] }), testCall())
    expect(version(made)).toBe(wanted)
    expect(made.cloud.named('web-1')?.tags).toEqual(tags)
    expect([...(made.cloud.named('web-1')?.files.keys() ?? [])]).toEqual([config.path])
  })

  it('that the options keep in the user data are refused where they do not fit, and nothing is sent', async () => {
    const made = await start({ files: 'cloud-init' })
    const error = await failure(made.driver.build(fresh({ files: noise(5, 10_240) }), testCall()))
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect((error as Error).message).toMatch(/\d{5} bytes, gzipped; Nova takes 49149/)
    expect(trail(made.cloud)).toEqual([])
  })

  it('beside keys and user data that are too long by themselves are refused, and nothing is sent', async () => {
    const made = await start()
    const error = await failure(
      made.driver.build(fresh({ files: [config], keys, userData: randomBytes(49_149) }), testCall()),
    )
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect(trail(made.cloud)).toEqual([])
  })

  it('that are longer than Nova takes, which counts them in base64, are refused, and nothing is sent', async () => {
    const made = await start({ files: 'personality' })
    const error = await failure(made.driver.build(fresh({ files: noise(1, 7_681) }), testCall()))
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect(trail(made.cloud)).toEqual([])
  })

  it('with a path that is longer than Nova takes are refused by Nova', async () => {
    const made = await start({ files: 'personality' })
    const files = [{ ...config, path: `/${'x'.repeat(255)}` }]
    expect(await failure(made.driver.build(fresh({ files }), testCall()))).toMatchObject({ reason: 'nova/files' })
  })
})
