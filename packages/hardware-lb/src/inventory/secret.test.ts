import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { Secret, secretSchema } from './secret.ts'

describe('a secret', () => {
  it('is read from where it lies, each time anew', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secret-'))
    const file = join(folder, 'password')
    const secret = new Secret({ file })
    writeFileSync(file, 'first\n')
    expect(await secret.read()).toBe('first')
    writeFileSync(file, 'second\r\n')
    expect(await secret.read()).toBe('second')
    rmSync(folder, { recursive: true })
    process.env['HWLB_TEST_SECRET'] = 'from the environment'
    expect(await new Secret({ env: 'HWLB_TEST_SECRET' }).read()).toBe('from the environment')
    expect(await new Secret(async () => 'from a function').read()).toBe('from a function')
  })

  it.each([
    [{ env: 'HWLB_TEST_NO_SUCH_SECRET' }, 'the environment variable HWLB_TEST_NO_SUCH_SECRET'],
    [{ env: 's3cr3t' }, 'an environment variable'],
    [{ file: '/nowhere/password' }, 'the file /nowhere/password'],
    [
      (): string => {
        throw new Error('s3cr3t')
      },
      'a function',
    ],
    [(): string => '', 'a function'],
  ] as const)('that is not there is failed-precondition, and says where it should be', async (reference, where) => {
    const error = await new Secret(reference).read().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'hardware/no-secret' })
    expect(String(error)).toContain(where)
    expect(inspect(error, { depth: 9 })).not.toContain('s3cr3t')
  })

  it('shows nothing of itself', () => {
    expect(inspect(new Secret(() => 's3cr3t'), { depth: 9, showHidden: true })).not.toMatch(/s3cr3t|file|env/)
    expect(JSON.stringify(new Secret({ file: '/etc/password' }))).toBe('{}')
  })

  it.each(['password', { env: '' }, { env: 's3cr3t-42' }, { env: 'A', file: 'b' }, {}, undefined, 7])(
    'does not stand in an inventory itself: %j',
    (given) => {
      expect(v.is(secretSchema, given)).toBe(false)
    },
  )
})
