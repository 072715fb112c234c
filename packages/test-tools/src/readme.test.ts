import { expect, it } from 'vitest'
import { codeBlock, printedBy } from './readme.ts'

it('a block of code is the first one in its language', () => {
  const markdown = '```yaml\na: 1\n```\n\n```ts\none()\n```\n\n```ts\ntwo()\n```\n'
  expect(codeBlock(markdown, 'ts')).toBe('one()\n')
  expect(codeBlock(markdown, 'yaml')).toBe('a: 1\n')
  expect(codeBlock(markdown, 'sh')).toBe('')
})

it('what is printed is kept as it would stand there, and the console is as before', async () => {
  const { log } = console
  const printed = await printedBy(async () => {
    console.log('a', 1, { b: 'c' })
    await Promise.resolve()
    console.log(undefined)
  })
  expect(printed).toEqual(["a 1 { b: 'c' }", 'undefined'])
  expect(console.log).toBe(log)
})

it('the console is as before also where the work fails', async () => {
  const { log } = console
  await expect(printedBy(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(console.log).toBe(log)
})
