import { getEventListeners } from 'node:events'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { createReadStream, openAsBlob } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as realTime } from 'node:timers/promises'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readContent, releaseContent, type Reading } from './content.ts'

const LIMIT = 10_240
const never = new AbortController().signal

function read(content: unknown, signal: AbortSignal = never): Promise<Reading> {
  return readContent(content, LIMIT, signal)
}

async function* chunksOf(...chunks: readonly unknown[]): AsyncGenerator {
  yield* chunks
}

/** The same bytes as every kind of content that there is. */
function kindsOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const middle = bytes.byteLength >> 1
  const halves = [bytes.subarray(0, middle), bytes.subarray(middle)]
  return {
    Uint8Array: bytes,
    Buffer: Buffer.from(bytes),
    Blob: new Blob(halves.map((half) => Uint8Array.from(half))),
    Readable: Readable.from(halves),
    ReadableStream: new Blob(halves.map((half) => Uint8Array.from(half))).stream(),
    iterable: chunksOf(...halves),
  }
}

describe('file-like content', () => {
  it('is the same bytes whatever kind it comes as', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        for (const [kind, content] of Object.entries(kindsOf(bytes))) {
          expect({ kind, ...(await read(content)) }).toEqual({ kind, bytes: Uint8Array.from(bytes) })
        }
      }),
    )
  })

  it('is the UTF-8 of a text, whatever kind it comes as and wherever it is cut', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(texts, async (pieces) => {
        const text = pieces.join('')
        const expected = { bytes: Uint8Array.from(Buffer.from(text)) }
        expect(await read(text)).toEqual(expected)
        expect(await read(chunksOf(...pieces))).toEqual(expected)
        expect(await read(chunksOf(...text.split('')))).toEqual(expected)
        expect(await read(Readable.from(pieces))).toEqual(expected)
        expect(await read(new Blob(pieces))).toEqual(expected)
      }),
    )
  })

  it.each(Object.keys(kindsOf(new Uint8Array())))(
    'as %s is taken with 10 240 bytes and refused with 10 241',
    async (kind) => {
      const fits = kindsOf(new Uint8Array(LIMIT))[kind]
      const tooBig = kindsOf(new Uint8Array(LIMIT + 1))[kind]
      expect(await read(fits)).toEqual({ bytes: new Uint8Array(LIMIT) })
      const found = kind === 'Uint8Array' || kind === 'Buffer' || kind === 'Blob' ? '10241' : 'more'
      expect(await read(tooBig)).toEqual({ problem: `has at most 10240 bytes; found ${found}` })
    },
  )

  it('is counted in bytes where it has characters of several', async () => {
    const [fits, tooBig] = ['ä'.repeat(LIMIT / 2), `${'ä'.repeat(LIMIT / 2)}a`]
    expect(await read(fits)).toEqual({ bytes: Uint8Array.from(Buffer.from(fits)) })
    expect(await read(tooBig)).toEqual({ problem: 'has at most 10240 bytes; found 10241' })
    expect(await read(chunksOf(tooBig))).toEqual({ problem: 'has at most 10240 bytes; found more' })
    expect(await read(chunksOf('a'.repeat(LIMIT - 2), '\ud83d'))).toEqual({
      problem: 'has at most 10240 bytes; found more',
    })
  })

  it('may be empty', async () => {
    for (const [kind, content] of Object.entries({ ...kindsOf(new Uint8Array()), text: '', nothing: chunksOf() })) {
      expect({ kind, ...(await read(content)) }).toEqual({ kind, bytes: new Uint8Array() })
    }
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, 'number'],
    [true, 'boolean'],
    [{}, 'object'],
    [new ArrayBuffer(1), 'object'],
    [['a'], 'object'],
    [() => 'a', 'function'],
  ])('is not %s', async (content, found) => {
    expect(await read(content)).toEqual({
      problem: `is a string, Uint8Array, Blob, Readable or async iterable; found ${found}`,
    })
  })

  it('is a copy: what the caller writes later into his own bytes changes nothing', async () => {
    const bytes = Buffer.from('before')
    const own = await read(bytes)
    const streamed = await read(chunksOf(bytes))
    bytes.fill('x')
    expect(own).toEqual({ bytes: Uint8Array.from(Buffer.from('before')) })
    expect(streamed).toEqual(own)
  })

  it('may come in many small chunks that use one buffer again and again', async () => {
    const buffer = new Uint8Array(1)
    async function* counting(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 200; count++) {
        buffer[0] = count
        yield buffer
      }
    }
    expect(await read(counting())).toEqual({ bytes: Uint8Array.from({ length: 200 }, (_, index) => index) })
  })
})

describe('a stream', () => {
  it('is asked for no chunk after the one that passes the limit', async () => {
    let asked = 0
    let returned = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          asked += 1
          yield new Uint8Array(LIMIT)
        }
      } finally {
        returned += 1
      }
    }
    expect(await read(endless())).toEqual({ problem: 'has at most 10240 bytes; found more' })
    expect([asked, returned]).toEqual([2, 1])
  })

  it('is destroyed where it is too large', async () => {
    const stream = Readable.from([new Uint8Array(LIMIT), new Uint8Array(1), new Uint8Array(1)])
    await read(stream)
    expect(stream.destroyed).toBe(true)
  })

  it('is cancelled where it is a web stream that is too large', async () => {
    let cancelled = 0
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(LIMIT)),
      cancel: () => void (cancelled += 1),
    })
    await read(stream)
    await realTime(0)
    expect(cancelled).toBe(1)
  })

  it('yields strings or bytes, and is destroyed where it yields anything else', async () => {
    for (const [chunk, found] of [
      [7, 'number'],
      [{ a: 1 }, 'object'],
      [[1], 'object'],
    ] as const) {
      const stream = Readable.from([chunk, 'a'])
      expect(await read(stream)).toEqual({ problem: `yields strings or bytes; found ${found}` })
      expect(stream.destroyed).toBe(true)
    }
    expect(await read(chunksOf(null))).toEqual({ problem: 'yields strings or bytes; found null' })
  })

  it('is read in its encoding, and not cut within a character', async () => {
    const bytes = Buffer.from('a😀b')
    const stream = Readable.from([bytes.subarray(0, 3), bytes.subarray(3)], { objectMode: false }).setEncoding('utf8')
    expect(await read(stream)).toEqual({ bytes: Uint8Array.from(bytes) })
  })

  it('is read once', async () => {
    const again = { problem: 'has been read before; give a stream that is still at its beginning' }
    const stream = Readable.from(['a'])
    expect(await read(stream)).toEqual({ bytes: Uint8Array.of(97) })
    expect(await read(stream)).toEqual(again)

    const begun = Readable.from(['a', 'b'])
    await new Promise((resolve) => begun.once('data', resolve))
    begun.pause()
    expect(await read(begun)).toEqual(again)

    const destroyed = Readable.from(['a'])
    destroyed.destroy()
    expect(await read(destroyed)).toEqual(again)

    const web = new Blob(['a']).stream()
    const reader = web.getReader()
    expect(await read(web)).toEqual({ problem: 'could not be read (ERR_INVALID_STATE)' })
    reader.releaseLock()
  })

  it('may be a custom iterable that answers without promises', async () => {
    let at = 0
    const plain = { [Symbol.asyncIterator]: () => ({ next: () => ({ done: at++ > 0, value: 'a' }) }) }
    expect(await read(plain)).toEqual({ bytes: Uint8Array.of(97) })
  })

  it('is given back quietly, however badly it takes that', async () => {
    const ends: readonly (() => unknown)[] = [
      () => ({ done: true }),
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no')
      },
    ]
    for (const end of ends) {
      const stubborn = {
        [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 7 }), return: end }),
        destroy: end,
      }
      expect(await read(stubborn)).toEqual({ problem: 'yields strings or bytes; found number' })
    }
    await realTime(0)
  })

  it('is not returned once it has ended by itself', async () => {
    const called: string[] = []
    const source = (next: () => Promise<unknown>): unknown => ({
      [Symbol.asyncIterator]: () => ({ next, return: () => void called.push('return') }),
      destroy: () => void called.push('destroy'),
    })
    await read(source(async () => ({ done: true })))
    await read(source(() => Promise.reject(new Error('ended'))))
    expect(called).toEqual([])
    await read(source(async () => ({ done: false, value: 7 })))
    expect(called).toEqual(['destroy', 'return'])
  })
})

describe('a source that fails', () => {
  const failing = (error: unknown): Readable =>
    new Readable({
      read() {
        this.destroy(error instanceof Error ? error : undefined)
      },
    })

  it('is told by its code and by nothing else that it says', async () => {
    const coded = Object.assign(new Error('canary-in-text'), { code: 'ENOENT', path: '/canary' })
    expect(await read(failing(coded))).toEqual({ problem: 'could not be read (ENOENT)' })
    expect(await read(failing(new Error('canary-in-text')))).toEqual({ problem: 'could not be read' })
    expect(await read(createReadStream('/nonexistent/canary'))).toEqual({ problem: 'could not be read (ENOENT)' })
  })

  it.each(['canary text', 'lower', '', 'A'.repeat(65), 'A\n', 7, undefined])('has no code like %j', async (code) => {
    expect(await read(failing(Object.assign(new Error('x'), { code })))).toEqual({ problem: 'could not be read' })
  })

  it('has a code of 1 to 64 capitals, digits and underscores', async () => {
    for (const code of ['E', 'ERR_2', 'A'.repeat(64)]) {
      expect(await read(failing(Object.assign(new Error('x'), { code })))).toEqual({
        problem: `could not be read (${code})`,
      })
    }
  })

  it('may throw anything, at any point', async () => {
    const throwing = (thrown: unknown) => (): never => {
      throw thrown
    }
    for (const thrown of [undefined, null, 'canary', { code: 'canary' }]) {
      expect(await read({ [Symbol.asyncIterator]: throwing(thrown) })).toEqual({ problem: 'could not be read' })
      expect(await read({ [Symbol.asyncIterator]: () => ({ next: throwing(thrown) }) })).toEqual({
        problem: 'could not be read',
      })
    }
    expect(await read({ [Symbol.asyncIterator]: () => ({}) })).toEqual({ problem: 'could not be read' })
    expect(await read({ [Symbol.asyncIterator]: () => ({ next: () => null }) })).toEqual({
      problem: 'could not be read',
    })
  })

  let folder: string
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'amphora-content-'))))
  afterEach(() => rm(folder, { recursive: true }))

  it('is a file that changed after it was opened as a Blob', async () => {
    const path = join(folder, 'file')
    await writeFile(path, 'before')
    const blob = await openAsBlob(path)
    await truncate(path, 2)
    expect(await read(blob)).toEqual({ problem: 'could not be read' })
  })
})

describe('the signal', () => {
  it('stops the reading of a stream that is stuck, and destroys the stream', async () => {
    const controller = new AbortController()
    const stuck = new Readable({ read: () => {} })
    const reading = read(stuck, controller.signal)
    controller.abort(new Error('time is over'))
    await expect(reading).rejects.toThrow('time is over')
    expect(stuck.destroyed).toBe(true)
  })

  it('stops the reading of a generator that is stuck without waiting for its end', async () => {
    const controller = new AbortController()
    async function* stuck(): AsyncGenerator<string> {
      yield 'a'
      await new Promise(() => {})
    }
    const reading = read(stuck(), controller.signal)
    await realTime(0)
    controller.abort(new Error('time is over'))
    await expect(reading).rejects.toThrow('time is over')
  })

  it('stops the reading between two chunks', async () => {
    const controller = new AbortController()
    let asked = 0
    async function* source(): AsyncGenerator<string> {
      for (;;) {
        asked += 1
        if (asked === 2) controller.abort(new Error('time is over'))
        yield 'a'
      }
    }
    await expect(read(source(), controller.signal)).rejects.toThrow('time is over')
    expect(asked).toBe(2)
  })

  it('wins over what the source says when it is stopped', async () => {
    const controller = new AbortController()
    const source = new Readable({
      read() {
        controller.abort(new Error('time is over'))
        this.destroy(new Error('aborted'))
      },
    })
    await expect(read(source, controller.signal)).rejects.toThrow('time is over')
  })

  it('that has aborted before lets nothing be read, and gives the content back', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    let asked = 0
    const source = new Readable({ read: () => void (asked += 1) })
    await expect(read(source, signal)).rejects.toThrow('too late')
    expect([asked, source.destroyed]).toEqual([0, true])
    const blob = new Blob(['a'])
    blob.arrayBuffer = () => Promise.reject(new Error('nobody handles this'))
    await expect(read(blob, signal)).rejects.toThrow('too late')
    await realTime(0)
  })

  it('is listened to no longer than content is read', async () => {
    const { signal } = new AbortController()
    for (const content of Object.values(kindsOf(new Uint8Array(9)))) await read(content, signal)
    await read(chunksOf('a', 'b', 7), signal)
    await realTime(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('stops the reading of a Blob', async () => {
    const controller = new AbortController()
    const blob = new Blob(['a'])
    blob.arrayBuffer = () => new Promise(() => {})
    const reading = read(blob, controller.signal)
    controller.abort(new Error('time is over'))
    await expect(reading).rejects.toThrow('time is over')
  })
})

describe('content that nobody reads', () => {
  it('is destroyed or cancelled', async () => {
    const stream = Readable.from(['a'])
    releaseContent(stream)
    expect(stream.destroyed).toBe(true)
    let cancelled = 0
    releaseContent(new ReadableStream({ cancel: () => void (cancelled += 1) }))
    expect(cancelled).toBe(1)
  })

  it('may be anything at all', async () => {
    const bad = new ReadableStream({ cancel: () => Promise.reject(new Error('no')) })
    const locked = new ReadableStream()
    locked.getReader()
    const throwing = {
      destroy: () => {
        throw new Error('no')
      },
    }
    for (const content of ['a', undefined, null, 7, new Blob(['a']), { destroy: 7 }, {}, throwing, bad, locked]) {
      expect(() => releaseContent(content)).not.toThrow()
    }
    await realTime(0)
  })
})
