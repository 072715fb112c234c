import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Gathering } from './gathering.ts'

function gathered(chunks: readonly (string | Uint8Array)[], maxBytes: number = 1_000): string | undefined {
  const gathering = new Gathering(maxBytes)
  for (const chunk of chunks) if (!gathering.add(chunk)) return undefined
  const bytes = gathering.end()
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('hex')
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex')
const [HIGH, LOW] = ['\ud83d', '\ude00']

it('encodes text in pieces as it encodes the whole, wherever it is cut', () => {
  const cutText = fc.tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(fc.nat(80), { maxLength: 8 }))
  fc.assert(
    fc.property(cutText, ([text, places]) => {
      const cuts = [0, ...places.map((at) => Math.min(at, text.length)).sort((a, b) => a - b), text.length]
      const pieces = cuts.slice(1).map((end, index) => text.slice(cuts[index], end))
      expect(gathered(pieces)).toBe(hexOf(text))
    }),
  )
})

it('puts the halves of a surrogate pair together over a chunk without text', () => {
  expect(gathered([`a${HIGH}`, '', `${LOW}b`])).toBe(hexOf('a😀b'))
})

it('takes a half that stays alone for U+FFFD', () => {
  const alone = hexOf('\ufffd')
  expect(gathered([HIGH])).toBe(alone)
  expect(gathered([HIGH, 'a'])).toBe(`${alone}61`)
  expect(gathered([HIGH, HIGH, LOW])).toBe(`${alone}${hexOf('😀')}`)
  expect(gathered([LOW, HIGH])).toBe(alone + alone)
  expect(gathered([HIGH, Uint8Array.of(1), LOW])).toBe(`${alone}01${alone}`)
  expect(gathered(['\ud800', '\udbff'])).toBe(alone + alone)
  expect(gathered(['\ud800', '\udc00'])).toBe(hexOf('\ud800\udc00'))
  expect(gathered(['\udbff', '\udfff'])).toBe(hexOf('\udbff\udfff'))
})

it('keeps the order of bytes and text', () => {
  expect(gathered(['a', Uint8Array.of(0, 255), 'b', new Uint8Array()])).toBe('6100ff62')
  expect(gathered([])).toBe('')
})

it('keeps copies of what may be written again', () => {
  const chunk = Uint8Array.of(1, 2)
  const gathering = new Gathering(10)
  gathering.add(chunk)
  chunk.fill(9)
  expect([...(gathering.end() ?? [])]).toEqual([1, 2])
})

it('takes as many bytes as its limit, and none beyond', () => {
  expect(gathered(['ab', 'c'], 3)).toBe('616263')
  expect(gathered(['ab', 'cd'], 3)).toBeUndefined()
  expect(gathered([Uint8Array.of(1, 2), Uint8Array.of(3)], 3)).toBe('010203')
  expect(gathered([Uint8Array.of(1, 2), Uint8Array.of(3, 4)], 3)).toBeUndefined()
  expect(gathered(['ä'], 1)).toBeUndefined()
  expect(gathered([''], 0)).toBe('')
})

it('counts a pair that was cut as 4 bytes, and a half that stays alone as 3', () => {
  expect(gathered([HIGH, LOW], 4)).toBe(hexOf('😀'))
  expect(gathered([HIGH, LOW], 3)).toBeUndefined()
  expect(gathered([HIGH], 3)).toBe(hexOf('\ufffd'))
  expect(gathered([HIGH], 2)).toBeUndefined()
  expect(gathered([HIGH, Uint8Array.of(1)], 3)).toBeUndefined()
  expect(gathered([HIGH, new Uint8Array()], 2)).toBeUndefined()
})
