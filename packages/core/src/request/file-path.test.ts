import { posix } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filePathProblem, hasControlCharacter } from './file-path.ts'

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[/\\]/.test(text) && text !== '.' && text !== '..' && !hasControlCharacter(text))
const goodPath = fc
  .array(segment, { minLength: 1, maxLength: 6 })
  .map((segments) => `/${segments.join('/')}`)
  .filter((path) => Buffer.byteLength(path) <= 255 && !/^\/(proc|sys|dev)(\/|$)/.test(path))

describe('a path in an amphora', () => {
  it('is any absolute POSIX path in its normal form', () => {
    fc.assert(
      fc.property(goodPath, (path) => {
        expect(filePathProblem(path)).toBeUndefined()
      }),
    )
  })

  it('is equal to what POSIX makes of it, and stays below the root, whatever is accepted', () => {
    const pieces = fc.constantFrom('/', '.', '..', 'a', '\\', '\u0000', 'ä', '//', 'proc', 'etc/x')
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
        (path) => {
          fc.pre(filePathProblem(path) === undefined)
          expect(posix.normalize(path)).toBe(path)
          expect(posix.resolve('/jail', `.${path}`)).toBe(`/jail${path}`)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['', 'is not absolute'],
    ['etc/x', 'is not absolute'],
    ['./x', 'is not absolute'],
    ['/etc/x\u0000y', 'holds a NUL or another control character'],
    ['/etc/x\n', 'holds a NUL or another control character'],
    ['/etc/\u001fx', 'holds a NUL or another control character'],
    ['/etc/x\u007f', 'holds a NUL or another control character'],
    ['/etc\\x', 'holds a backslash'],
    ['/etc/\ud800', 'is not well-formed Unicode'],
    ['/', 'names no file: it ends in "/"'],
    ['/etc/', 'names no file: it ends in "/"'],
    ['/etc//x', 'holds an empty, "." or ".." segment'],
    ['//etc/x', 'holds an empty, "." or ".." segment'],
    ['/etc/./x', 'holds an empty, "." or ".." segment'],
    ['/etc/../x', 'holds an empty, "." or ".." segment'],
    ['/../x', 'holds an empty, "." or ".." segment'],
    ['/etc/..', 'holds an empty, "." or ".." segment'],
    ['/proc', 'lies below /proc, which the kernel owns'],
    ['/proc/sys/x', 'lies below /proc, which the kernel owns'],
    ['/sys/x', 'lies below /sys, which the kernel owns'],
    ['/dev/sda', 'lies below /dev, which the kernel owns'],
  ])('is not %j', (path, problem) => {
    expect(filePathProblem(path)).toBe(problem)
  })

  it.each([
    '/etc/x',
    '/a',
    '/etc/..x',
    '/etc/x..',
    '/...',
    '/.hidden',
    '/etc/a b',
    '/procfs',
    '/device/x',
    '/etc/proc',
    '/etc/ä',
  ])('is %j', (path) => {
    expect(filePathProblem(path)).toBeUndefined()
  })

  it('has at most 255 bytes, not characters', () => {
    expect(filePathProblem(`/${'a'.repeat(254)}`)).toBeUndefined()
    expect(filePathProblem(`/${'a'.repeat(255)}`)).toBe('is longer than 255 bytes')
    expect(filePathProblem(`/${'ä'.repeat(127)}`)).toBeUndefined()
    expect(filePathProblem(`/${'ä'.repeat(127)}a`)).toBe('is longer than 255 bytes')
  })
})

describe('a control character', () => {
  it('is one below a space, or DEL', () => {
    const found = Array.from({ length: 256 }, (_, unit) => unit).filter((unit) =>
      hasControlCharacter(String.fromCharCode(unit)),
    )
    expect(found).toEqual([...Array.from({ length: 32 }, (_, unit) => unit), 127])
  })

  it('is found wherever it stands', () => {
    expect(['\tab', 'a\tb', 'ab\t', 'ab', ''].map((text) => hasControlCharacter(text))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})
