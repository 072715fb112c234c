import { Flights } from '@amphora/core'
import type { Client } from './client.ts'

/** Which API the engine speaks. Asked once, when a decision first depends on it. */
export class VersionProbe {
  readonly #client: Client
  readonly #flights = new Flights<readonly [number, number]>()
  #version: readonly [number, number] | undefined

  constructor(client: Client) {
    this.#client = client
  }

  async isAtLeast([major, minor]: readonly [number, number], signal: AbortSignal): Promise<boolean> {
    this.#version ??= await this.#flights.join('version', signal, async (shared) =>
      parseVersion((await this.#client.ping(shared)).apiVersion),
    )
    const [has, hasMinor] = this.#version
    return has > major || (has === major && hasMinor >= minor)
  }
}

/** An engine that does not say is taken for an old one, since a new one takes what an old one does. */
export function parseVersion(text: string | undefined): readonly [number, number] {
  const found = /^(\d{1,4})\.(\d{1,4})$/.exec(text ?? '')
  return found === null ? [0, 0] : [Number(found[1]), Number(found[2])]
}
