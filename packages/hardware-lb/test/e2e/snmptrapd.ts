import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'

/** Where Debian has it; a user's PATH may lack the folder. */
const SNMPTRAPD = '/usr/sbin/snmptrapd'

export interface TrapWitnessOptions {
  readonly port: number
  readonly user: string
  readonly authKey: string
  readonly privKey: string
  /** Whose traps it takes: a user is known together with the engine that sends. */
  readonly engineId: string
}

/** Net-SNMP's own receiver of traps: it shares no code with ours. */
export interface TrapWitness {
  /** The objects of every trap that it has accepted, one text each. */
  accepted(): readonly string[]
  close(): Promise<void>
}

/** SHA-256 and AES, and nothing that is less protected. */
export async function openTrapWitness(options: TrapWitnessOptions): Promise<TrapWitness> {
  const { port, user, authKey, privKey, engineId } = options
  const folder = await mkdtemp(join(tmpdir(), 'snmptrapd-'))
  const configuration = `createUser -e ${engineId} ${user} SHA-256 "${authKey}" AES "${privKey}"
authUser log ${user} priv
`
  await writeFile(join(folder, 'snmptrapd.conf'), configuration, { mode: 0o600 })
  const env = { ...process.env, MIBS: '', SNMPCONFPATH: folder, SNMP_PERSISTENT_DIR: folder }
  const format = ['-On', '-F', 'accepted %v\\n']
  const child = spawn(SNMPTRAPD, ['-f', '-Lo', '-n', ...format, `udp:127.0.0.1:${port}`], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'close')
  let told = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (told += piece.toString()))
  const close = async (): Promise<void> => {
    child.kill()
    await exited
    await rm(folder, { recursive: true })
  }
  try {
    await expect.poll(() => told, { timeout: 10_000 }).toContain('NET-SNMP version')
  } catch (thrown) {
    await close()
    throw thrown
  }
  return { accepted: () => [...told.matchAll(/^accepted (.*)$/gm)].map(([, objects = '']) => objects), close }
}
