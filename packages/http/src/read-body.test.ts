import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readBody } from './read-body.ts'

const pieces = (...texts: readonly string[]): Readable => Readable.from(texts.map((text) => Buffer.from(text)))

describe('a body', () => {
  it.each([[[]], [['one']], [['one', 'two', 'three']]])('of the pieces %j is whole', async (texts) => {
    expect(await readBody(pieces(...texts), 100)).toEqual({ kind: 'whole', body: Buffer.from(texts.join('')) })
  })

  it('that is too long is not read on', async () => {
    const stream = pieces('one', 'two', 'three')
    expect(await readBody(stream, 5)).toEqual({ kind: 'too-long' })
    expect(stream.destroyed).toBe(true)
  })

  it('that fails is broken, and says why', async () => {
    const error = new Error('reset')
    const stream = new Readable({ read: () => {} })
    const reading = readBody(stream, 5)
    stream.destroy(error)
    expect(await reading).toEqual({ kind: 'broken', error })
  })

  it('that just stops is broken', async () => {
    const stream = new Readable({ read: () => {} })
    const reading = readBody(stream, 5)
    stream.destroy()
    expect(await reading).toEqual({ kind: 'broken', error: undefined })
  })
})
