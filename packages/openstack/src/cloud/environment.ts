import type { Mapping } from './merge-entries.ts'

/** What chooses an entry or a file, and is no part of one. */
const SELECTORS: ReadonlySet<string> = new Set([
  'OS_CLOUD',
  'OS_CLOUD_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
])

/** `OS_*` as an entry of `clouds.yaml` (openstacksdk, `_get_os_environ`): `OS_AUTH_URL` is its `auth_url`. */
export function environmentEntry(env: NodeJS.ProcessEnv): Mapping {
  const entry: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('OS_') && !SELECTORS.has(name) && value !== '') entry[name.slice(3).toLowerCase()] = value
  }
  return entry
}

/** The same where an entry of a file says who we are: nothing of the environment takes part in that. */
export function surroundings(env: NodeJS.ProcessEnv): Mapping {
  const { region_name, interface: face, endpoint_type, cacert } = environmentEntry(env)
  return { region_name, interface: face, endpoint_type, cacert }
}
