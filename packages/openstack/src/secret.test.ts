import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isSecretText, Secret } from './secret.ts'

describe('a secret', () => {
  it.each([['canary'], [() => 'canary'], [async () => 'canary']])('is told to who asks: %s', async (source) => {
    expect(await new Secret(source).reveal('password')).toBe('canary')
  })

  it('is shown by nothing', () => {
    const secret = new Secret('canary')
    const shown = [inspect({ secret }, { depth: 20, showHidden: true }), JSON.stringify({ secret }), String(secret)]
    expect(shown.join('\n')).not.toContain('canary')
    expect(Object.keys(secret)).toEqual([])
  })

  it('from a function may change', async () => {
    let at = 0
    const secret = new Secret(() => `canary-${(at += 1)}`)
    expect(secret.mayChange).toBe(true)
    expect([await secret.reveal('password'), await secret.reveal('password')]).toEqual(['canary-1', 'canary-2'])
    expect(new Secret('canary').mayChange).toBe(false)
  })

  it.each(['', 'a\nb', 'a\r', '\u0000', '\u007f'])('is never %j', (text) => {
    expect(isSecretText(text)).toBe(false)
  })

  it.each(['a', 'pä ss', '\u{1F511}', ' '])('may be %j', (text) => {
    expect(isSecretText(text)).toBe(true)
  })
})
