import type { Site } from '../site.ts'
import { database, logging, tokenCheck } from './common.ts'
import { ini } from './ini.ts'

export function placementConfiguration(site: Site): string {
  return ini({
    DEFAULT: logging,
    api: { auth_strategy: 'keystone' },
    placement_database: { ...database(site, 'placement'), sync_on_startup: false },
    keystone_authtoken: tokenCheck(site),
  })
}
