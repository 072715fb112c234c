import { randomBytes } from 'node:crypto'

/**
 * Names and owners that nothing else has, told from all others by their beginning. 12 lower case letters and digits:
 * that much every driver has to take.
 */
export class Names {
  readonly prefix: string = `a${BigInt(`0x${randomBytes(5).toString('hex')}`)
    .toString(36)
    .padStart(8, '0')
    .slice(-7)}`
  #count = 0

  next(): string {
    return `${this.prefix}${(this.#count++).toString(36).padStart(4, '0')}`
  }

  has(name: string): boolean {
    return name.startsWith(this.prefix) && name.length === this.prefix.length + 4
  }
}
