import { expect, it } from 'vitest'
import { readCommandLine } from './command-line.ts'

it('leaves the driver open, and makes a name of its own', () => {
  const [first, second] = [read(), read()]
  expect(first.result).toEqual({ name: expect.stringMatching(/^balancer-[0-9a-f]{6}$/) as string, verbose: false })
  expect(first.result).not.toEqual(second.result)
})

it('takes a driver, a name, and whether to say more', () => {
  const { result } = read('--driver', 'noop', '--name', 'lb-1', '--verbose')
  expect(result).toEqual({ driver: 'noop', name: 'lb-1', verbose: true })
})

it.each([
  [['--driver', 'nova'], 'Allowed choices are docker, noop'],
  [['--name', 'Lb'], 'lower case letters'],
  [['--name', 'lb-'], 'no hyphen last'],
  [['--name', 'a'.repeat(41)], '2 to 40'],
  [['--nmae', 'lb'], "unknown option '--nmae'"],
  [['docker'], 'too many arguments'],
])('ends with 1 and says why for %j', (args, why) => {
  const { result, out, err } = read(...args)
  expect([result, out]).toEqual([1, ''])
  expect(err).toContain(why)
})

it('ends with 0 after showing its help', () => {
  const { result, out } = read('--help')
  expect(result).toBe(0)
  expect(out).toContain('--driver')
})

function read(...args: string[]): {
  readonly result: ReturnType<typeof readCommandLine>
  readonly out: string
  readonly err: string
} {
  let [out, err] = ['', '']
  const result = readCommandLine(args, { out: (text) => (out += text), err: (text) => (err += text) })
  return { result, out, err }
}
