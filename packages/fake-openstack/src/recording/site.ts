import { at, isRecord, listAt, textAt } from '../toolkit/json.ts'

/** A user with a password in the domain `Default`, and the project that the login is for. */
export interface PasswordCredentials {
  readonly username: string
  readonly password: string
  readonly projectName: string
}

/** A cloud to record, with what there must be on it. */
export interface RecordingSite {
  /** `http://127.0.0.1:5000/v3`. */
  readonly authUrl: string
  /** A member of a project that nothing else uses: its servers, ports and groups are counted. */
  readonly user: PasswordCredentials
  readonly admin: PasswordCredentials
  readonly applicationCredential: { readonly id: string; readonly name: string; readonly secret: string }
  /** Ids. The last fits no host. */
  readonly flavors: Readonly<Record<'tiny' | 'small' | 'large' | 'impossible', string>>
  /** The id of an image that anybody may use. */
  readonly image: string
  /** Ids of a network of the project and of one that all share. */
  readonly networks: Readonly<Record<'own' | 'shared', string>>
  /** The id of a server group of the project with the policy `anti-affinity`. */
  readonly group: string
  /** A real one that is past its end. Default: what needs it is not recorded. */
  readonly expiredToken?: string
}

/** What a login told. */
export interface LogIn {
  readonly token: string
  readonly userId: string
  readonly projectId: string
  /** The origin of a service, by type: without the path. */
  origin(type: string): string
}

export async function logIn(authUrl: string, { username, password, projectName }: PasswordCredentials): Promise<LogIn> {
  const domain = { name: 'Default' }
  const response = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user: { name: username, domain, password } } },
        scope: { project: { name: projectName, domain } },
      },
    }),
  })
  const body: unknown = await response.json()
  const token = response.headers.get('x-subject-token')
  if (token === null) throw new Error(`${username} could not log in at ${authUrl}: ${response.status}`)
  return {
    token,
    userId: textAt(body, 'token', 'user', 'id') ?? '',
    projectId: textAt(body, 'token', 'project', 'id') ?? '',
    origin: (type) => {
      const service = listAt(body, 'token', 'catalog').find((one) => at(one, 'type') === type)
      const endpoint = listAt(service, 'endpoints').find((one) => isRecord(one) && one['interface'] === 'public')
      const url = textAt(endpoint, 'url')
      if (url === undefined) throw new Error(`the catalogue of ${authUrl} has no public ${type}`)
      return new URL(url).origin
    },
  }
}
