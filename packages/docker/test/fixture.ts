import { readFileSync } from 'node:fs'

/** A body that Engine 20.10.24 sent, its host's paths replaced. */
export function fixture(name: string): unknown {
  return JSON.parse(fixtureText(`${name}.json`))
}

export function fixtureText(file: string): string {
  return readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')
}
