import { createRequire } from 'node:module'
import { silentLogger, systemClock } from '@amphora/core'
import { expect, it } from 'vitest'
import { docker } from '../src/index.ts'
import { testCall } from './call.ts'

/** What has been loaded of the engine's library into this process, which is this file's own. */
function loaded(): readonly string[] {
  const { cache } = createRequire(import.meta.url)
  return Object.keys(cache).filter((path) => /\/(dockerode|docker-modem|ssh2)\//.test(path))
}

it("loads the engine's library at the first call, and not before", async () => {
  await import('../src/register.ts')
  const signal = new AbortController().signal
  const driver = docker({ socketPath: '/nowhere/docker.sock' }).connect({
    owner: 'amphora',
    logger: silentLogger,
    signal,
    clock: systemClock,
  })
  expect(loaded()).toEqual([])
  await driver.check(testCall()).catch(() => undefined)
  expect(loaded()).not.toEqual([])
  await driver.close?.()
})
