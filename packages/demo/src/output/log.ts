import { Writable } from 'node:stream'
import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'
import type { Output, Screen } from './screen.ts'

export type Log = Logger

/** The log of the libraries, readable, on stderr, which may be the terminal that the screen draws on. */
export function createLog(stderr: Output, screen: Screen, verbose: boolean): Log {
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      screen.beside(() => stderr.write(chunk))
      done()
    },
  })
  const colorize = stderr.isTTY === true && stderr.hasColors?.() === true
  const stream = pretty({ destination, colorize, ignore: 'pid,hostname', singleLine: true, translateTime: 'HH:MM:ss' })
  const redact = ['*.userData', '*.configDriveFiles', '*.keys', 'userData', 'configDriveFiles', 'keys']
  return pino({ level: verbose ? 'debug' : 'info', redact }, stream)
}
