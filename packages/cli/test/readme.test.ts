import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { EXIT_CODE_MEANINGS } from '../src/exit-code.ts'
import { amphora, folder } from './test-host.ts'

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const home = folder()
afterAll(() => home.remove())

function yamlAfter(title: string): string {
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(README.slice(README.indexOf(title))) ?? []
  return text
}

describe('the README', () => {
  it('has the exit codes that there are', () => {
    const rows = [...README.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [Number(code), meaning])
    expect(rows).toEqual(EXIT_CODE_MEANINGS)
  })

  it('names every command that help names, and no other', async () => {
    const { stdout } = await amphora(['__complete', '--', ''], { cwd: home.path })
    const commands = stdout.split('\n').filter((command) => command !== '' && command !== 'help')
    const named = [...README.matchAll(/^\| `(\w+)[^`]*` +\| [a-z]/gm)].map(([, command]) => command)
    expect(new Set(named.slice(0, commands.length))).toEqual(new Set(commands))
  })

  it('shows a configuration that works', async () => {
    home.write('amphora.yaml', yamlAfter('## Configuration'))
    const env = { AMPHORA_FINGERPRINT_KEY: 'k' }
    const { exitCode, stderr } = await amphora(['drivers'], { cwd: home.path, env })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect((await amphora(['drivers'], { cwd: home.path })).stderr).toContain('AMPHORA_FINGERPRINT_KEY')
  })

  it('shows a request that works', async () => {
    home.write('noop.yaml', "drivers: { local: { package: '@amphora/noop' } }")
    home.write('request.yaml', yamlAfter('### build and validate'))
    home.write('haproxy.cfg', 'global')
    home.write('key.pub', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me\n')
    expect(
      await amphora(['validate', '--config', 'noop.yaml', '--request', 'request.yaml'], { cwd: home.path }),
    ).toEqual({
      exitCode: 0,
      stdout: 'valid\n',
      stderr: '',
    })
  })
})
