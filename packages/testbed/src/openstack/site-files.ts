import { configurationFiles, type ConfigurationPath } from './configuration.ts'
import { pythonFiles } from './python-files.ts'
import { putFile, type Site } from './site.ts'

/** Where a file of the site lies within it. The testbed's own Python is in `python`. */
export type SitePath = ConfigurationPath | `python/${string}`

/** Path and text of every file that the services read. */
export async function siteFiles(site: Site): Promise<Readonly<Record<string, string>>> {
  const python = Object.entries(await pythonFiles()).map(([path, text]) => [`python/${path}`, text] as const)
  return { ...configurationFiles(site), ...Object.fromEntries(python) }
}

/** Writes those that are not there or not as they should be. No service depends on where this package lies. */
export async function putSiteFiles(site: Site): Promise<void> {
  for (const [path, text] of Object.entries(await siteFiles(site))) await putFile(site, path, text)
}
