import type { Site } from '../site.ts'
import { database, logging, tokenCheck } from './common.ts'
import { ini } from './ini.ts'

export function glanceConfiguration(site: Site): string {
  const store = (name: string) => ({ filesystem_store_datadir: `${site.folder}/glance/${name}` })
  return ini({
    DEFAULT: { ...logging, enabled_backends: 'fs:file' },
    glance_store: { default_backend: 'fs' },
    fs: store('images'),
    os_glance_staging_store: store('staging'),
    os_glance_tasks_store: store('tasks'),
    database: database(site, 'glance'),
    paste_deploy: { flavor: 'keystone', config_file: `${site.folder}/python/paste/glance.ini` },
    keystone_authtoken: tokenCheck(site),
  })
}
