import { credentialsOf } from '../credentials.ts'
import { endpoints } from '../endpoints.ts'
import type { Site } from '../site.ts'
import type { IniSection } from './ini.ts'

/** Logs go to standard error, which is the service's log file. */
export const logging: IniSection = { use_stderr: true, debug: false }

/** The address of one of the site's databases. Whoever finds it locked waits up to 30 seconds. */
export function databaseUrl(site: Site, name: string): string {
  return `sqlite:///${site.folder}/db/${name}.sqlite?timeout=30`
}

/** A test may lose its database to a power cut, so SQLite need not wait for the disk. */
export function database(site: Site, name: string): IniSection {
  return { connection: databaseUrl(site, name), sqlite_synchronous: false }
}

/** How a service logs in to ask another one. */
export function serviceLogin(site: Site): IniSection {
  const { username, password, projectName, userDomainName, projectDomainName, region } = credentialsOf(site, 'service')
  return {
    auth_url: endpoints.keystone,
    auth_type: 'password',
    username,
    password,
    project_name: projectName,
    user_domain_name: userDomainName,
    project_domain_name: projectDomainName,
    region_name: region,
  }
}

/** How a service has the tokens of its callers checked. */
export function tokenCheck(site: Site): IniSection {
  return { www_authenticate_uri: endpoints.keystone, service_token_roles_required: true, ...serviceLogin(site) }
}
