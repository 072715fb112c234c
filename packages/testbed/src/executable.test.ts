import { expect, it, onTestFinished, vi } from 'vitest'
import { executablePath, findExecutable } from './executable.ts'

it('finds what a plain PATH lacks', async () => {
  vi.stubEnv('PATH', '')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  expect(await findExecutable('sh')).toBe('/usr/bin/sh')
})

it('names what is nowhere', async () => {
  expect(await findExecutable('no-such-program')).toBeUndefined()
  await expect(executablePath('no-such-program')).rejects.toThrow('no executable no-such-program')
})
