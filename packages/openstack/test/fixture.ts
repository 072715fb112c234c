import { readFileSync } from 'node:fs'
import { own, recordOf } from '@amphora/http'

/** An answer as it came from the real service, without what nobody looks at. */
export interface Recorded {
  readonly request: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

const read = (name: string): Readonly<Record<string, Recorded>> =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Readonly<
    Record<string, Recorded>
  >

const refusals = read('refusals')
const documents = read('version-documents')

export function refusal(name: string): Recorded {
  return found(refusals, name)
}

export function versionDocument(name: string): Recorded {
  return found(documents, name)
}

/** The body of a login. */
export const token: unknown = own(recordOf(read('token')), 'body')

export const refusalNames: readonly string[] = Object.keys(refusals)

function found(all: Readonly<Record<string, Recorded>>, name: string): Recorded {
  const one = all[name]
  if (one === undefined) throw new Error(`there is no recorded answer "${name}"`)
  return one
}
