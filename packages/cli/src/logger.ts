import { silentLogger, type Logger } from '@amphora/core'
import type { DestinationStream, LoggerOptions } from 'pino'
import type { Host } from './host.ts'

/** The second net: core and the drivers log a fixed list of fields, none of which is one of these. */
const SECRETS = [
  'authorization',
  'x-auth-token',
  'x-subject-token',
  'x-f5-auth-token',
  'x-nitro-user',
  'x-nitro-pass',
  'x-registry-auth',
  'cookie',
  'set-cookie',
  'credentials',
  'password',
  'secret',
  'adminPass',
  'user_data',
  'userData',
  'personality',
  'configdrive',
  'authKey',
  'privKey',
  'community',
]

/**
 * Logs to stderr: nothing by default, what was done with `-v`, every call with `-vv`. JSON lines; on a terminal set by
 * pino-pretty where it is installed.
 */
export async function createLogger(verbosity: number, host: Host, json: boolean): Promise<Logger> {
  if (verbosity === 0) return silentLogger
  const { pino } = await import('pino')
  const options: LoggerOptions = {
    level: verbosity === 1 ? 'info' : 'debug',
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((key) => [`["${key}"]`, `*["${key}"]`]), censor: '[redacted]' },
  }
  const pretty = host.stderr.isTTY === true && !json ? await prettyStream(host) : undefined
  return pino(options, pretty ?? host.stderr)
}

async function prettyStream(host: Host): Promise<DestinationStream | undefined> {
  try {
    const { default: pretty } = await import('pino-pretty')
    const colorize = (host.env['NO_COLOR'] ?? '') === ''
    return pretty({ destination: host.stderr, colorize, sync: true, singleLine: true, translateTime: 'SYS:HH:MM:ss' })
  } catch {
    return undefined
  }
}
