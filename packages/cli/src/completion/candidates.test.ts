import { afterAll, describe, expect, it } from 'vitest'
import { amphora, folder } from '../../test/test-host.ts'

const home = folder('drivers: { east: { package: x }, west: { package: x } }')
afterAll(() => home.remove())

async function offered(...words: string[]): Promise<readonly string[]> {
  const { stdout } = await amphora(['__complete', '--', ...words], { cwd: home.path })
  return stdout.split('\n').slice(0, -1)
}

describe('after nothing', () => {
  it('every command is offered but the hidden one', async () => {
    const commands = await offered('')
    expect(commands).toEqual(expect.arrayContaining(['build', 'check', 'completion', 'watch', 'help']))
    expect(commands).not.toContain('__complete')
  })

  it('those are that begin so, and flags that stand before commands', async () => {
    expect(await offered('s')).toEqual(['status', 'suspend'])
    expect(await offered('--js')).toEqual(['--json'])
    expect(await offered('--json', 'dr')).toEqual(['drivers'])
  })
})

describe('after a command', () => {
  it('its flags and those of all are offered', async () => {
    expect(await offered('build', '--')).toEqual(expect.arrayContaining(['--file', '--wait', '--json', '--help']))
    expect(await offered('build', '--us')).toEqual(['--user-data'])
  })

  it('words that can be chosen are offered in their place', async () => {
    expect(await offered('wait', 'lb-1', 'd')).toEqual(['deleted'])
    expect(await offered('wait', '')).toEqual([])
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await offered('build', '--type', 'B')).toEqual(['BareMetal'])
  })

  it('bindings are offered from the configuration, where it can be read', async () => {
    expect(await offered('list', '--driver', '')).toEqual(['east', 'west'])
    expect(await offered('list', '--driver', 'w')).toEqual(['west'])
    expect(await offered('list', '--config', 'nowhere.yaml', '--driver', '')).toEqual([])
  })

  it('files are left to the shell', async () => {
    expect(await offered('build', '--user-data', '')).toEqual([':files'])
    expect(await offered('--config', 'a')).toEqual([':files'])
    expect(await offered('build', '--name', '')).toEqual([])
  })
})
