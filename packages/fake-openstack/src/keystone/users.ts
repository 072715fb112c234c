/** Somebody who may log in. Everything is in the domain `Default`. */
export interface FakeUser {
  readonly name: string
  readonly password: string
  /** Roles by project name. Whoever has `admin` in a project is an administrator of everything. */
  readonly projects: Readonly<Record<string, readonly string[]>>
  /** The project of a login that names no scope. Default: none, such a login is unscoped. */
  readonly defaultProject?: string
  /** Roles on the whole cloud, for a login with system scope. */
  readonly systemRoles?: readonly string[]
  readonly applicationCredentials?: readonly FakeApplicationCredential[]
}

export interface FakeApplicationCredential {
  /** Default: made from the names. */
  readonly id?: string
  readonly name: string
  readonly secret: string
  readonly project: string
}

export const usualUsers: readonly FakeUser[] = [
  {
    name: 'admin',
    password: 'secret',
    projects: { admin: ['admin', 'member', 'reader'], demo: ['admin', 'member', 'reader'] },
    defaultProject: 'admin',
    systemRoles: ['admin', 'member', 'reader'],
  },
  {
    name: 'demo',
    password: 'secret',
    projects: { demo: ['reader', 'member'] },
    defaultProject: 'demo',
    applicationCredentials: [{ name: 'amphora', secret: 'credential-secret', project: 'demo' }],
  },
]
