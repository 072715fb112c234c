import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { commandLine, foldCommandLine } from './command-line.ts'

const argv = [
  'build',
  '--name',
  "it's",
  '--file',
  '/etc/x=./a b',
  '--user-data',
  '$(rm -rf /)',
  '--zone',
  '',
  '--image',
  'haproxy:2.9',
]

it('is taken by a shell for what it was', () => {
  for (const text of [commandLine(argv), foldCommandLine(argv, 30).join('\n')]) {
    const printed = execFileSync('sh', ['-c', `amphora() { for word; do printf '%s\\0' "$word"; done; }\n${text}`])
    expect(printed.toString().split('\0').slice(0, -1)).toEqual(argv)
  }
})

it('is folded to the width', () => {
  const lines = foldCommandLine(argv, 40)
  expect(lines.length).toBeGreaterThan(2)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
})
