import { readFileSync } from 'node:fs'
import { readExchange } from '@amphora/fake-openstack'

/** The body of a recorded answer of Ironic 21.4.4. */
export function fixture(name: string): unknown {
  return readExchange(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')).response.body
}
