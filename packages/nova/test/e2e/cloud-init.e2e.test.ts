import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { composeUserData } from '@amphora/openstack'
import { ensurePackages } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unpackCloudInit, type CloudInit } from './cloud-init.ts'
import { missing } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const files = [{ path: '/etc/ours', bytes: bytes('ours\n') }]
const keys = ['ssh-ed25519 AAAA ours', 'ssh-ed25519 AAAB: "ours" # too']
const ours = {
  path: '/etc/ours',
  encoding: 'b64',
  content: Buffer.from('ours\n').toString('base64'),
  owner: 'root:root',
  permissions: '0600',
}

describe.skipIf(missing !== undefined)(`User data, as cloud-init itself reads it${skipped}`, () => {
  let cloudInit: CloudInit
  beforeAll(async () => {
    await ensurePackages(['python3-yaml', 'python3-jinja2', 'python3-configobj', 'python3-jsonschema'], () => undefined)
    cloudInit = await unpackCloudInit()
  }, 300_000)
  afterAll(() => cloudInit?.close())

  const read = async (userData: Uint8Array | undefined, of = files) =>
    cloudInit.read((await composeUserData({ userData, keys, files: of }, { longest: 49_149 })) ?? new Uint8Array())

  it('has our files and keys where the caller has none', async () => {
    const { config, others } = await read(undefined)
    expect(config).toMatchObject({ ssh_authorized_keys: keys, write_files: [ours] })
    expect(others).toEqual([])
  })

  it("keeps all of the caller's cloud-config, and adds ours to its lists", async () => {
    const theirs = `#cloud-config
write_files:
- {path: /etc/theirs, content: x}
ssh_authorized_keys: [theirs]
runcmd: [[ls]]
users: [{name: web}]
`
    const { config } = await read(bytes(theirs))
    expect(config).toMatchObject({
      write_files: [{ path: '/etc/theirs', content: 'x' }, ours],
      ssh_authorized_keys: ['theirs', ...keys],
      runcmd: [['ls']],
      users: [{ name: 'web' }],
    })
  })

  it.each([
    ['a script', '#!/bin/sh\necho "ü"\n', 'text/x-shellscript'],
    ['a boothook', '#cloud-boothook\n#!/bin/sh\necho\n', 'text/cloud-boothook'],
  ])("keeps the caller's %s", async (_what, text, type) => {
    const { config, others } = await read(bytes(text))
    expect(others.map(([kind]) => kind)).toEqual([type])
    expect(others[0]?.[1]).toContain('echo')
    expect(config).toMatchObject({ write_files: [ours] })
  })

  it("walks through the caller's own multipart", async () => {
    const text = `Content-Type: multipart/mixed; boundary="x"
MIME-Version: 1.0

--x
Content-Type: text/x-shellscript

#!/bin/sh
--x
Content-Type: text/cloud-config

#cloud-config
write_files:
- {path: /etc/theirs, content: x}
--x--
`
    const { config, others } = await read(bytes(text))
    expect(others.map(([kind]) => kind)).toEqual(['text/x-shellscript'])
    expect(config['write_files']).toEqual([{ path: '/etc/theirs', content: 'x' }, ours])
  })

  it('is unpacked where the caller has gzipped its own, and where ours is too long otherwise', async () => {
    const { others } = await read(gzipSync('#!/bin/sh\necho packed\n'))
    expect(others.map(([kind]) => kind)).toEqual(['text/x-shellscript'])
    const long = [1, 2, 3, 4].map((index) => ({
      path: `/f${index}`,
      bytes: bytes(randomBytes(1_000).toString('hex').repeat(5).slice(0, 10_240)),
    }))
    const { config } = await read(undefined, long)
    expect(config['write_files']).toHaveLength(4)
  })
})
