import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { BINARY } from './binary.ts'

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const [, EXAMPLE = ''] = /```console\n(.*?)```/s.exec(README) ?? []
/** A folder in which nothing is installed: the drivers are found beside the command, as after `npm install -g`. */
const home = mkdtempSync(join(tmpdir(), 'amphora-readme-'))
afterAll(() => rmSync(home, { recursive: true }))

writeFileSync(join(home, 'amphora'), `#!/bin/sh\nexec "${process.execPath}" "${BINARY}" "$@"\n`)
chmodSync(join(home, 'amphora'), 0o755)

interface Step {
  readonly command: string
  readonly printed: string
}

/** A line after `$ ` is a command, up to the end of its here-document; what follows is what it prints. */
function stepsOf(example: string): readonly Step[] {
  return example
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const end = text.includes("<<'END'") ? text.indexOf('\nEND\n') + 5 : text.indexOf('\n') + 1
      return { command: text.slice(0, end), printed: text.slice(end) }
    })
}

describe('the example that the README opens with', () => {
  const [install, ...steps] = stepsOf(EXAMPLE)

  it('stands before everything else, and begins with the installation', () => {
    expect(README.indexOf('```console')).toBeLessThan(README.indexOf('\n## '))
    expect(install?.command).toBe('npm install -g @amphora/cli @amphora/noop\n')
    expect(steps.length).toBeGreaterThanOrEqual(5)
  })

  it('runs as it is, and prints what stands there', () => {
    const env = { PATH: `${home}:${process.env['PATH']}` }
    for (const { command, printed } of steps) {
      const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: home, env, encoding: 'utf8' })
      expect({ command, printed: withoutIds(`${stdout}${stderr}`) }).toEqual({ command, printed: withoutIds(printed) })
    }
  })
})

function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
}
