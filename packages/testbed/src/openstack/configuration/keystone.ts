import type { Site } from '../site.ts'
import { database, logging } from './common.ts'
import { ini } from './ini.ts'

export function keystoneConfiguration(site: Site): string {
  return ini({
    DEFAULT: logging,
    database: database(site, 'keystone'),
    token: { provider: 'fernet', expiration: 86_400 },
    fernet_tokens: { key_repository: `${site.folder}/keystone/fernet` },
    fernet_receipts: { key_repository: `${site.folder}/keystone/fernet` },
    credential: { key_repository: `${site.folder}/keystone/credential` },
    // One process, so its own memory is never out of date.
    cache: { enabled: true, backend: 'dogpile.cache.memory_pickle' },
    identity: { password_hash_rounds: 4 }, // the fewest that bcrypt has
  })
}
