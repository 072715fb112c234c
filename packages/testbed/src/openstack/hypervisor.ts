import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { pidsNamed } from '../process-identity.ts'
import { TestbedError } from '../testbed-error.ts'
import { runningService } from './service-record.ts'
import { putFile, type Site } from './site.ts'

/** Whether the site was asked for a hypervisor; it stays so until everything is wiped. */
export async function hasHypervisor(site: Site): Promise<boolean> {
  return (await readFile(join(site.folder, 'hypervisor'), 'utf8').catch(() => '')) !== ''
}

export async function rememberHypervisor(site: Site): Promise<void> {
  await putFile(site, 'hypervisor', 'libvirt1\n')
}

/** What libvirtd needs of the machine before it starts. Rejects where another one runs. */
export async function prepareHypervisor(site: Site): Promise<void> {
  const own = await runningService(site, 'libvirtd')
  if (own !== undefined) return
  if (process.getuid?.() !== 0) throw new TestbedError('cannot start libvirtd: it needs root. Run this as root')
  const [pid] = await pidsNamed('libvirtd')
  if (pid !== undefined) {
    throw new TestbedError(`cannot start libvirtd: one machine runs one, and one runs already (pid ${pid}). End it`)
  }
  await Promise.all(['/run/libvirt', '/etc/libvirt'].map((folder) => mkdir(folder, { recursive: true })))
  // libvirtd looks for its usual user and ends where there is none, even when guests run as root.
  const add = { reject: false } as const
  await execa('groupadd', ['--system', 'libvirt-qemu'], add)
  await execa('useradd', ['--system', '-g', 'libvirt-qemu', '-s', '/usr/sbin/nologin', 'libvirt-qemu'], add)
}

/** Ends all guests, as a power cut would. */
export async function endGuests(site: Site): Promise<number> {
  if ((await runningService(site, 'libvirtd')) === undefined) return 0
  const { stdout } = await virsh(['list', '--name'])
  const guests = stdout.split('\n').filter((name) => /^instance-[0-9a-f]{8}$/.test(name))
  await Promise.all(guests.map((guest) => virsh(['destroy', guest])))
  return guests.length
}

/** Takes back what guests leave on the machine: their definitions and the bridges that Nova made for their ports. */
export async function forgetGuests(site: Site): Promise<void> {
  if ((await runningService(site, 'libvirtd')) !== undefined) {
    const { stdout } = await virsh(['list', '--all', '--name'])
    const guests = stdout.split('\n').filter((name) => /^instance-[0-9a-f]{8}$/.test(name))
    await Promise.all(guests.map((guest) => virsh(['undefine', guest])))
  }
  const devices = await readdir('/sys/class/net')
  const bridges = devices.filter((name) => /^brq[0-9a-f-]{11}$/.test(name))
  await Promise.all(bridges.map((bridge) => execa('ip', ['link', 'delete', bridge], { reject: false })))
}

function virsh(command: readonly string[]): Promise<{ readonly stdout: string }> {
  return execa('virsh', ['-q', '-c', 'qemu:///system', ...command], {
    reject: false,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
