import { describe, expect, it } from 'vitest'
import { styleOf, textWidth } from './style.ts'

const terminal = { isTTY: true, columns: 120 }
const paints = (stream: { isTTY?: boolean }, env: Record<string, string>, wanted = true): boolean =>
  styleOf(stream, env, wanted).colors.red('x') !== 'x'

describe('colours', () => {
  it('are for terminals', () => {
    expect(paints(terminal, {})).toBe(true)
    expect(paints({}, {})).toBe(false)
    expect(paints({}, { FORCE_COLOR: '1' })).toBe(false)
  })

  it('are refused by NO_COLOR, by TERM=dumb and by --no-color', () => {
    expect(paints(terminal, { NO_COLOR: '1' })).toBe(false)
    expect(paints(terminal, { NO_COLOR: '' })).toBe(true)
    expect(paints(terminal, { TERM: 'dumb' })).toBe(false)
    expect(paints(terminal, {}, false)).toBe(false)
  })
})

it('sets running text to the terminal, to 80 columns in a pipe, and to 100 at most', () => {
  expect(textWidth(styleOf({ isTTY: true, columns: 60 }, {}, true))).toBe(60)
  expect(textWidth(styleOf({}, {}, true))).toBe(80)
  expect(textWidth(styleOf({ isTTY: true, columns: 300 }, {}, true))).toBe(100)
})
