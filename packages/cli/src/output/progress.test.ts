import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Progress } from './progress.ts'
import { styleOf } from './style.ts'

const style = styleOf({ isTTY: true, columns: 20 }, { NO_COLOR: '1' }, true)
let stream: PassThrough
const written = (): string => String(stream.read() ?? '')
beforeEach(() => {
  vi.useFakeTimers()
  stream = new PassThrough()
})
afterEach(() => {
  vi.useRealTimers()
})

it('shows one line that is drawn anew, with the time that has gone by', () => {
  const progress = new Progress(stream, style, true)
  progress.show('waiting')
  expect(written()).toBe('\r\u001B[2Kwaiting')
  vi.advanceTimersByTime(2_000)
  expect(written()).toBe('\r\u001B[2Kwaiting, 1 s\r\u001B[2Kwaiting, 2 s')
  progress.show('a very long text indeed')
  expect(written()).toBe('\r\u001B[2Ka very long text in')
  progress.clear()
  expect(written()).toBe('\r\u001B[2K')
  vi.advanceTimersByTime(5_000)
  expect(written()).toBe('')
})

it('is silent in a pipe, and where it is not wanted', () => {
  const piped = new Progress(stream, styleOf({}, {}, true), true)
  const unwanted = new Progress(stream, style, false)
  for (const progress of [piped, unwanted]) {
    progress.show('waiting')
    progress.clear()
  }
  expect(written()).toBe('')
})
