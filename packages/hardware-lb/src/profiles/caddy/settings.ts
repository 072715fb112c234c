import type { OptionsSchema } from '@amphora/core'
import * as v from 'valibot'

/** What only a Caddy appliance has. */
export interface CaddySettings {
  /** `host:port` of every tenant there can be, in the order of the inventory. */
  readonly listen: readonly string[]
  /** What an image is here: the web servers that a tenant balances over, `host:port` each. */
  readonly templates: Readonly<Record<string, readonly string[]>>
}

const MOST_PORTS = 4_096
const dial = v.pipe(
  v.string('must be a text'),
  v.regex(/^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, 'must be host:port'),
)
const ports = v.pipe(
  v.string('must be a text'),
  v.check((given) => addressesOf(given) !== undefined, 'must be host:port or host:port-port'),
)

export const settingsSchema: OptionsSchema<CaddySettings, unknown> = v.pipe(
  v.strictObject(
    {
      listen: v.pipe(v.array(ports), v.minLength(1, 'must not be empty')),
      templates: v.record(v.string(), v.pipe(v.array(dial), v.minLength(1, 'must not be empty'))),
    },
    'must be { listen, templates }',
  ),
  v.transform(({ listen, templates }) => ({ listen: listen.flatMap((one) => addressesOf(one) ?? []), templates })),
)

/** Every address of `127.0.0.1:18480-18489`, as Caddy itself writes ranges. */
function addressesOf(given: string): readonly string[] | undefined {
  const found = /^([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})(?:-(\d{1,5}))?$/.exec(given)
  if (found === null) return undefined
  const [, host = '', first = '', last = first] = found
  const count = Number(last) - Number(first) + 1
  if (count < 1 || count > MOST_PORTS || Number(last) > 65_535) return undefined
  return Array.from({ length: count }, (_, index) => `${host}:${Number(first) + index}`)
}
