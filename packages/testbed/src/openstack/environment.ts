import type { Site } from './site.ts'

/**
 * What every process of the site starts with, and nothing else: a proxy or another Python from the caller's environment
 * must not reach it.
 */
export function processEnvironment(
  site: Site,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: site.folder,
    LANG: 'C.UTF-8',
    PYTHONPATH: `${site.folder}/python`,
    PYTHONWARNINGS: 'ignore',
    ...more,
  }
}
