import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BINARY, binary } from './binary.ts'
import { folder } from './test-host.ts'

const home = folder('drivers: { east: { package: x }, west: { package: x } }')
afterAll(() => home.remove())
const env = { ...process.env, PATH: `${home.path}:${process.env['PATH']}` }

beforeAll(async () => {
  chmodSync(home.write('amphora', `#!/bin/sh\nexec "${process.execPath}" "${BINARY}" "$@"\n`), 0o755)
  for (const shell of ['bash', 'zsh', 'fish']) {
    home.write(`completion.${shell}`, (await binary(['completion', shell], home.path)).stdout)
  }
})

/** What each shell offers for a line whose last word is being written. */
const ASK: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    '-c',
    `source completion.bash; COMP_WORDS=(amphora ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _amphora 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  // compadd works within a completion only, so it is replaced by one that prints.
  zsh: (words) => [
    '-fc',
    `compdef() { : }; compadd() { shift; print -l -- "$@" }; _files() { print -l *(N) }; source ./completion.zsh; words=(amphora ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=$#words; _amphora`,
  ],
  fish: (words) => ['--no-config', '-c', `source completion.fish; complete -C "amphora ${words.join(' ')}"; true`],
}

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  const isThere = spawnSync(shell, ['--version']).status === 0
  const offered = (...words: string[]): readonly string[] =>
    execFileSync(shell, ASK[shell]?.(words) ?? [], { cwd: home.path, env, encoding: 'utf8' })
      .split('\n')
      // fish puts a description behind a tab.
      .map((line) => line.split('\t')[0] ?? '')
      .filter((line) => line !== '')

  it('offers commands, flags, states, bindings and files', ({ skip }) => {
    if (!isThere) skip(`${shell} is not installed`)
    expect([...offered('s')].sort()).toEqual(['status', 'suspend'])
    expect(offered('build', '--us')).toEqual(['--user-data'])
    expect(offered('wait', 'lb-1', 'del')).toEqual(['deleted'])
    expect([...offered('list', '--driver', '')].sort()).toEqual(['east', 'west'])
    expect(offered('build', '--user-data', 'amphora.y').join()).toContain('amphora.y')
    expect(offered('build', '--name', '')).toEqual([])
  })
})
