import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = fileURLToPath(new URL('read_user_data.py', import.meta.url))

/** What is left of user data once cloud-init has read it. */
interface ReadUserData {
  /** All cloud-configs in it, merged. */
  readonly config: Readonly<Record<string, unknown>>
  /** Type and text of every other part. */
  readonly others: readonly (readonly [string, string])[]
}

/** Debian's cloud-init, unpacked and not installed: installed, it would set up the machine at its next start. */
export interface CloudInit {
  read(userData: Uint8Array): Promise<ReadUserData>
  close(): Promise<void>
}

export async function unpackCloudInit(): Promise<CloudInit> {
  const folder = await mkdtemp(join(tmpdir(), 'amphora-cloud-init-'))
  await run('apt-get', ['-qq', 'download', 'cloud-init'], { cwd: folder })
  const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'))
  await run('dpkg', ['-x', join(folder, archive ?? ''), join(folder, 'unpacked')])
  const env = { PATH: '/usr/bin:/bin', PYTHONPATH: join(folder, 'unpacked/usr/lib/python3/dist-packages') }
  return {
    read: async (userData) => {
      const reader = spawn('/usr/bin/python3', [script], { env, stdio: ['pipe', 'pipe', 'inherit'] })
      reader.stdin.end(userData)
      return JSON.parse(await text(reader.stdout)) as ReadUserData
    },
    close: () => rm(folder, { recursive: true }),
  }
}
