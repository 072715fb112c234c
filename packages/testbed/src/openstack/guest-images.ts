import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { downloadPackage, ensurePackages } from '../packages.ts'
import { TestbedError } from '../testbed-error.ts'
import type { Api } from './api.ts'
import { packRamdisk } from './guest-ramdisk.ts'
import { makeImage } from './images.ts'
import { listOf } from './named.ts'
import { pythonFiles } from './python-files.ts'
import type { Site } from './site.ts'

/** The images of a guest that boots in about two seconds and prints on its console what its config drive holds. */
export interface GuestImages {
  /** What a server is booted from: a blank disk that names the two others. */
  readonly root: string
  readonly kernel: string
  readonly ramdisk: string
}

const names = { root: 'guest', kernel: 'guest-kernel', ramdisk: 'guest-ramdisk' } as const

/** Makes the images unless they are there: Debian's kernel for clouds, and busybox. */
export async function ensureGuestImages(site: Site, admin: Api, log: (line: string) => void): Promise<GuestImages> {
  if (process.arch !== 'x64') throw new TestbedError(`the testbed has guests for x64 only, and this is ${process.arch}`)
  const init = (await pythonFiles())['guest-init.sh'] ?? ''
  const recipe = createHash('sha256').update(init).digest('hex').slice(0, 16)
  const present = await Promise.all(Object.values(names).map((name) => findImage(admin, name, recipe)))
  const [root, kernel, ramdisk] = present
  if (root !== undefined && kernel !== undefined && ramdisk !== undefined) return { root, kernel, ramdisk }
  return makeImages(site, admin, { init, recipe }, log)
}

async function findImage(admin: Api, name: string, recipe: string): Promise<string | undefined> {
  const query = new URLSearchParams({ name, testbed_recipe: recipe, status: 'active' })
  return listOf(await admin.call('glance', `/v2/images?${query.toString()}`), 'images')[0]?.id
}

async function makeImages(
  site: Site,
  admin: Api,
  { init, recipe }: { readonly init: string; readonly recipe: string },
  log: (line: string) => void,
): Promise<GuestImages> {
  await ensurePackages(['busybox-static'], log)
  const folder = join(site.folder, 'guest')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  await execa('dpkg', ['-x', await downloadPackage('linux-image-cloud-amd64', /^linux-image-\d/, folder), folder])
  const boot = await readdir(join(folder, 'boot'))
  const kernelFile = boot.find((name) => name.startsWith('vmlinuz')) ?? 'vmlinuz'
  const common = { testbed_recipe: recipe }
  const kernel = await makeImage(
    admin,
    { name: names.kernel, disk_format: 'aki', container_format: 'aki', ...common },
    log,
    await readFile(join(folder, 'boot', kernelFile)),
  )
  const ramdisk = await makeImage(
    admin,
    { name: names.ramdisk, disk_format: 'ari', container_format: 'ari', ...common },
    log,
    await packRamdisk(folder, init),
  )
  // Raw, because Glance refuses an `ami` image whose bytes are no file system.
  const root = await makeImage(
    admin,
    {
      name: names.root,
      kernel_id: kernel.id,
      ramdisk_id: ramdisk.id,
      os_command_line: 'console=ttyS0 quiet panic=-1',
      ...common,
    },
    log,
    new Uint8Array(2 ** 20),
  )
  await rm(folder, { recursive: true })
  return { root: root.id, kernel: kernel.id, ramdisk: ramdisk.id }
}
