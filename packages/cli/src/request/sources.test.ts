import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { folder } from '../../test/test-host.ts'
import type { Host } from '../host.ts'
import { Sources } from './sources.ts'

const home = folder()
afterAll(() => home.remove())
const never = new AbortController().signal

function sources(stdin: Readable = Readable.from([]), signal: AbortSignal = never): Sources {
  return new Sources({ cwd: home.path, stdin } as unknown as Host, signal)
}

describe('a file', () => {
  it('is read from the current folder, or from another that is named', async () => {
    home.write('a.txt', 'content')
    expect((await sources().of('a.txt', '--file')()).toString()).toBe('content')
    expect((await sources().of('a.txt', '--file', home.path)()).toString()).toBe('content')
  })

  it.each([
    ['nowhere.txt', 'there is no such file'],
    ['.', 'it is a folder'],
    ['a.txt/b', 'a part of its path is no folder'],
  ])('%s is refused: %s', async (place, why) => {
    home.write('a.txt', 'content')
    await expect(sources().of(place, '--user-data')()).rejects.toThrow(`for --user-data: ${why}`)
  })

  it('that never ends is read a byte past a MiB', async () => {
    expect((await sources().of('/dev/zero', '--file')()).byteLength).toBe(1024 * 1024 + 1)
  })
})

describe('stdin', () => {
  it('is read as bytes', async () => {
    const bytes = Buffer.from([0, 255, 10])
    expect(await sources(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)])).of('-', '--file /x')()).toEqual(
      bytes,
    )
  })

  it('is refused to the second who asks, and both are named', () => {
    const both = sources()
    both.of('-', '--file /x')
    expect(() => both.of('-', '--user-data')).toThrow(
      'Stdin can be read once, and both --file /x and --user-data ask for it',
    )
  })

  it('is given up when the command is stopped', async () => {
    const stop = new AbortController()
    const silent = new Readable({ read: () => {} })
    const reading = sources(silent, stop.signal).of('-', '--file /x')()
    const reason = new Error('stopped')
    stop.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect(silent.destroyed).toBe(true)
  })
})
