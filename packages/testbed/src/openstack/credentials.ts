import { region } from './endpoints.ts'
import type { Site } from './site.ts'

/** What a user logs in with. */
export interface Credentials {
  readonly username: string
  readonly password: string
  readonly projectName: string
  readonly userDomainName: string
  readonly projectDomainName: string
  readonly region: string
}

/**
 * `demo` is a member of project `demo`. `admin` is the administrator, in project `admin`. `service` is whom the services
 * themselves log in as.
 */
export type UserName = 'demo' | 'admin' | 'service'

export function credentialsOf(site: Site, user: UserName): Credentials {
  return {
    username: user,
    password: site.password,
    projectName: user,
    userDomainName: 'Default',
    projectDomainName: 'Default',
    region,
  }
}
