import { homedir } from 'node:os'
import { join } from 'node:path'

/** A file that openstacksdk would look for. */
export type ConfigFile = 'clouds' | 'secure' | 'clouds-public'

const SUFFIXES = ['yaml', 'yml', 'json']

/** Where to look, in this order: openstacksdk, `openstack/config/loader.py`, `CONFIG_SEARCH_PATH`. */
export function candidates(file: ConfigFile, env: NodeJS.ProcessEnv): readonly string[] {
  const home = env['SNAP_REAL_HOME'] ?? homedir()
  const folders = [
    process.cwd(),
    join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'openstack'),
    join(home, '.config', 'openstack'),
    '/etc/xdg/openstack',
    '/etc/openstack',
  ]
  return [...new Set(folders)].flatMap((folder) => SUFFIXES.map((suffix) => join(folder, `${file}.${suffix}`)))
}
