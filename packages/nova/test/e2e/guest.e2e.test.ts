import { cloudConfigIn } from '@amphora/fake-openstack'
import { openstackUp } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bare, missing, openSite, type NovaCompute, type Site } from './site.ts'

const skipped = missing === undefined ? '' : ` (skipped: ${missing})`
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2 guest'
const FILES = { '/etc/amphora/a.conf': 'a = 1\n', '/etc/amphora/b.conf': 'grün\n' }

describe.skipIf(missing !== undefined)(`A guest that really boots, on a hypervisor${skipped}`, () => {
  let site: Site
  let root: string
  beforeAll(async () => {
    const testbed = await openstackUp({ hypervisor: true })
    root = (await testbed.guestImages()).root
    site = await openSite()
  }, 600_000)
  afterAll(() => site?.clear())

  /** What the guest has printed of its config drive, one line each: a word, and the rest of the line. */
  async function printed(id: string): Promise<readonly string[]> {
    for (let turn = 0; turn < 60; turn += 1) {
      const { stdout } = await site.testbed.openstack(['console', 'log', 'show', bare(id)])
      const lines = stdout.split(/\r?\n/).filter((line) => line.startsWith('GUEST '))
      if (lines.includes('GUEST end')) return lines.map((line) => line.slice('GUEST '.length))
    }
    throw new Error('the guest has not read its config drive')
  }

  async function booted(compute: NovaCompute, name: string): Promise<string> {
    const id = await compute.build(
      site.request(name, { imageId: root, availabilityZone: 'libvirt', keys: [KEY], configDriveFiles: FILES }),
    )
    await compute.waitFor(id, 'active')
    return id
  }

  it('finds keys and files in the user data that cloud-init reads', { timeout: 300_000 }, async () => {
    const compute = await site.connect()
    const id = await booted(compute, `${site.owner}-guest`)
    const line = (await printed(id)).find((one) => one.startsWith('user_data '))
    const config = cloudConfigIn(Buffer.from(line?.split(' ')[1] ?? '', 'base64'))
    expect(config.ssh_authorized_keys).toEqual([KEY])
    expect(config.write_files?.map(({ path, content }) => [path, Buffer.from(content, 'base64').toString()])).toEqual(
      Object.entries(FILES),
    )
    await compute.suspend(id)
    await compute.waitFor(id, 'suspended')
    await compute.resume(id)
    await compute.waitFor(id, 'active')
    await compute.delete(id)
    await compute.waitFor(id, 'deleted')
  })

  it('finds files of the personality where the option sends them so', { timeout: 300_000 }, async () => {
    const compute = await site.connect({ files: 'personality' })
    const id = await booted(compute, `${site.owner}-personality`)
    const found = (await printed(id)).filter((one) => one.startsWith('file ')).map((one) => one.split(' '))
    expect(found.map(([, path, content]) => [path, Buffer.from(content ?? '', 'base64').toString()])).toEqual(
      Object.entries(FILES),
    )
    await compute.delete(id)
    await compute.waitFor(id, 'deleted')
  })
})
