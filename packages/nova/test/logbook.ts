import { inspect } from 'node:util'
import type { Logger } from '@amphora/core'

export { everything } from '@amphora/fake-openstack'

/** A logger that keeps every line, with everything that can be seen of what was logged. */
export class Logbook implements Logger {
  readonly lines: string[] = []
  readonly #write = (fields: object, message: string): void => {
    this.lines.push(`${message} ${JSON.stringify(fields)} ${inspect(fields, { depth: 20, showHidden: true })}`)
  }
  debug: Logger['debug'] = this.#write
  info: Logger['info'] = this.#write
  warn: Logger['warn'] = this.#write
  error: Logger['error'] = this.#write

  child(bindings: Record<string, unknown>): Logger {
    this.#write(bindings, 'child')
    return this
  }
}
