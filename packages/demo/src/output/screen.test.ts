import { WriteStream } from 'node:tty'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { capture, holdsControl } from '../../test/capture.ts'
import { Screen } from './screen.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubEnv('TERM', 'xterm')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

describe('a terminal', () => {
  it('shows progress in one line, which is gone when the next line comes', () => {
    const output = capture({ isTTY: true })
    const screen = new Screen(output)
    const stop = screen.progress(() => 'waiting')
    vi.advanceTimersByTime(250)
    stop()
    screen.line('done')
    expect(output.text.split('\u001b[1G\u001b[2K')).toEqual([
      '',
      '|    waiting',
      '/    waiting',
      '-    waiting',
      'done\n',
    ])
  })

  it('erases the progress before something else is written', () => {
    const output = capture({ isTTY: true })
    const screen = new Screen(output)
    const stop = screen.progress(() => 'waiting')
    screen.beside(() => output.write('log\n'))
    stop()
    expect(output.text.endsWith('waiting\u001b[1G\u001b[2Klog\n')).toBe(true)
  })

  it('never fills the last column, so that no line breaks', () => {
    const output = capture({ isTTY: true })
    new Screen(output).progress(() => 'x'.repeat(200))()
    expect(output.text).toContain(`|    ${'x'.repeat(94)}\u001b`)
  })

  it('gets colours where it has them', () => {
    const screen = new Screen(capture({ isTTY: true }))
    expect(screen.style('green', 'ok')).toBe('\u001b[32mok\u001b[39m')
    const plain = new Screen(Object.assign(capture({ isTTY: true }), { hasColors: () => false }))
    expect(plain.style('green', 'ok')).toBe('ok')
  })

  it('gets none where NO_COLOR is set', () => {
    // What Node goes by beside NO_COLOR (tty: getColorDepth), and what differs from machine to machine.
    for (const name of ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS', 'CI', 'TMUX']) vi.stubEnv(name, undefined)
    vi.stubEnv('TERM', 'xterm-256color')
    const terminal = Object.create(WriteStream.prototype) as WriteStream
    const output = Object.assign(capture({ isTTY: true }), { hasColors: () => terminal.hasColors() })
    expect(new Screen(output).style('green', 'ok')).not.toBe('ok')
    vi.stubEnv('NO_COLOR', '1')
    expect(new Screen(output).style('green', 'ok')).toBe('ok')
  })

  it('that is dumb gets lines only', () => {
    vi.stubEnv('TERM', 'dumb')
    const output = capture({ isTTY: true })
    const screen = new Screen(output)
    const stop = screen.progress(() => 'waiting')
    vi.advanceTimersByTime(1_000)
    stop()
    screen.line(screen.style('red', 'done'))
    expect(output.text).toBe('done\n')
  })
})

describe('a file', () => {
  it('gets a line about a wait every 15 seconds, and no control sequence', () => {
    const output = capture()
    const screen = new Screen(output)
    const stop = screen.progress(() => 'waiting')
    vi.advanceTimersByTime(31_000)
    stop()
    vi.advanceTimersByTime(31_000)
    screen.line(screen.style('red', 'done'))
    expect(output.text).toBe('... waiting\n... waiting\ndone\n')
    expect(holdsControl(output.text)).toBe(false)
  })
})
