import { InvalidRequestError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { __name__ } from './plugin.ts'

const token = 'token-of-a-test'

describe('the options', () => {
  it.each([
    'https://api.example.com',
    'https://api.example.com/v1/',
    'http://127.0.0.1:8080',
    'http://localhost',
    'http://[::1]:1',
  ])('take %s', (url) => {
    expect(() => __name__({ url, token })).not.toThrow()
  })

  it.each([
    'http://api.example.com',
    'https://u:p@api.example.com',
    'https://api.example.com/?a=b',
    'ftp://127.0.0.1',
    'api',
  ])('refuse %s, where the token would not be safe', (url) => {
    expect(() => __name__({ url, token })).toThrow(InvalidRequestError)
  })

  it('name every problem at once', () => {
    const bad: unknown = { url: 'api', token: 'two words', pageSize: 0, speed: 'high' }
    const bind = __name__ as (options: unknown) => unknown
    let problems: readonly string[] = []
    try {
      bind(bad)
    } catch (error) {
      if (error instanceof InvalidRequestError) problems = error.problems
    }
    expect(problems).toHaveLength(4)
    expect(problems.join()).not.toContain('two words')
  })
})
