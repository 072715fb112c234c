import { expect, it } from 'vitest'
import { splitStreams } from './exec.ts'

function frame(stream: number, text: string | Buffer): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}

it('joins each stream from its frames, byte for byte', () => {
  const binary = Buffer.from([0, 1, 255, 10, 2, 0, 0, 0])
  const bytes = Buffer.concat([frame(1, 'one '), frame(2, 'bad '), frame(1, ''), frame(1, binary), frame(2, 'end')])
  expect(splitStreams(bytes)).toEqual({
    stdout: Buffer.concat([Buffer.from('one '), binary]),
    stderr: Buffer.from('bad end'),
  })
})

it('takes what there is of a frame that was cut off', () => {
  expect(splitStreams(frame(1, 'whole').subarray(0, 11)).stdout.toString()).toBe('who')
  expect(splitStreams(frame(1, 'whole').subarray(0, 5)).stdout.toString()).toBe('')
})
