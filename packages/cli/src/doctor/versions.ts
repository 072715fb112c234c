import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** What a report about this machine begins with. */
export interface Versions {
  readonly cli: string
  readonly core: string
  readonly node: string
}

export function versions(): Versions {
  const { resolve } = createRequire(import.meta.url)
  return {
    cli: ownVersion(),
    core: versionIn(resolve('@amphora/core/package.json')),
    node: process.versions.node,
  }
}

export function ownVersion(): string {
  return versionIn(new URL('../../package.json', import.meta.url))
}

function versionIn(file: string | URL): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(file, 'utf8'))
  return version
}
