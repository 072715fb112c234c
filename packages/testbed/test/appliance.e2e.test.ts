import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { applianceMissing, applianceStatus, applianceUp } from '../src/index.ts'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const missing = await applianceMissing()
if (missing !== undefined) console.warn(`skipped: ${missing}`)

describe.skipIf(missing !== undefined)('The appliances', () => {
  it('are left as they are by another up', async () => {
    const before = await applianceStatus()
    const lines: string[] = []
    const { caddy, snmp } = await applianceUp({ log: (line) => void lines.push(line) })
    expect(lines).toEqual([])
    expect(await applianceStatus()).toEqual(before)
    expect([caddy.endpoint, snmp.port]).toEqual(['https://127.0.0.1:12029', 12_161])
  })

  it('are refused where another testbed has taken their ports', async () => {
    const home = await mkdtemp(join(tmpdir(), 'amphora-'))
    onTestFinished(() => rm(home, { recursive: true }))
    const env = { AMPHORA_TESTBED_HOME: home }
    const up = await execa('node', [cli, 'appliance', 'up'], { env, reject: false })
    expect([up.exitCode, up.stderr]).toEqual([
      1,
      expect.stringContaining('tcp port 12029, which another process has taken'),
    ])
    const status = await execa('node', [cli, 'appliance', 'status'], { env, reject: false })
    expect(status.exitCode).toBe(3)
    await execa('node', [cli, 'appliance', 'down', '--wipe'], { env })
    expect((await applianceStatus()).up).toBe(true)
  })

  it('are shown with their pids', async () => {
    const { stdout, exitCode } = await execa('node', [cli, 'appliance', 'status'])
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^caddy answers at https:\/\/127\.0\.0\.1:12029, pid \d+$/),
      expect.stringMatching(/^snmpd answers at udp:127\.0\.0\.1:12161, pid \d+$/),
    ])
  })
})
