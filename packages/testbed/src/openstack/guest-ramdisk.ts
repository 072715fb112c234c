import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { executablePath } from '../executable.ts'
import { TestbedError } from '../testbed-error.ts'
import { type CpioEntry, packCpio } from './cpio.ts'

/** What a guest needs to read the CD of its config drive from a virtual IDE controller. */
const wanted = ['ata_piix', 'sr_mod', 'isofs', 'nls_utf8']

const directory = 0o040_755
const executable = 0o100_755
const plain = 0o100_644
const link = 0o120_777

/** The first file system of a guest: busybox, the modules of its kernel that it needs, and `init`. */
export async function packRamdisk(kernelFolder: string, init: string): Promise<Buffer> {
  const modules = await modulesOf(kernelFolder)
  const order = modules.map(({ name }) => `${name}\n`).join('')
  const entries: readonly CpioEntry[] = [
    ...['bin', 'dev', 'modules', 'proc', 'sys'].map((path) => ({ path, mode: directory })),
    { path: 'bin/busybox', mode: executable, bytes: await readFile(await executablePath('busybox')) },
    { path: 'bin/sh', mode: link, bytes: Buffer.from('busybox') },
    { path: 'init', mode: executable, bytes: Buffer.from(init) },
    { path: 'modules/order', mode: plain, bytes: Buffer.from(order) },
    ...modules.map(({ name, bytes }) => ({ path: `modules/${name}`, mode: plain, bytes })),
  ]
  return gzipSync(packCpio(entries))
}

interface Module {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The wanted modules, each after those that it depends on. */
async function modulesOf(kernelFolder: string): Promise<readonly Module[]> {
  const files = await readdir(join(kernelFolder, 'lib/modules'), { recursive: true })
  const paths = new Map(
    files.filter((file) => file.endsWith('.ko')).map((file) => [basename(file, '.ko').replaceAll('-', '_'), file]),
  )
  const found = new Map<string, Module>()
  const add = async (name: string): Promise<void> => {
    if (found.has(name)) return
    const path = paths.get(name.replaceAll('-', '_'))
    if (path === undefined) throw new TestbedError(`the kernel of the guest has no module ${name}`)
    const bytes = await readFile(join(kernelFolder, 'lib/modules', path))
    for (const other of dependenciesOf(bytes)) await add(other)
    found.set(name, { name: basename(path), bytes })
  }
  for (const name of wanted) await add(name)
  return [...found.values()]
}

/** The names in the line `depends=` of a module's section `.modinfo`, whose lines end with a zero byte. */
export function dependenciesOf(module: Uint8Array): readonly string[] {
  const list = /\0depends=([^\0]*)\0/.exec(Buffer.from(module).toString('latin1'))?.[1] ?? ''
  return list.split(',').filter((name) => name !== '')
}
