import { authUrlOf, httpUrl } from './cloud/auth-url.ts'
import { credentialProblems } from './cloud/credentials.ts'
import type { AuthSettings, CloudSettings } from './options.ts'

/** What is wrong between options of which each by itself may be right. Empty where nothing is. Opens nothing. */
export function cloudRules(settings: CloudSettings): readonly string[] {
  const { cloud, fromEnvironment, auth, endpointOverride, certificatePin, insecureSkipVerify, caCert, caFile } =
    settings
  const isWhole = cloud === undefined && fromEnvironment !== true
  return [
    ...(isWhole && auth === undefined ? ['cloud, fromEnvironment or auth must say which cloud it is'] : []),
    ...(isWhole && auth !== undefined ? credentialProblems(auth).map((problem) => `auth: ${problem}`) : []),
    ...(auth === undefined ? [] : authRules(auth)),
    ...(isWhole || auth?.authUrl === undefined ? [] : urlRule('auth.authUrl', authUrlOf(auth.authUrl))),
    ...Object.entries(endpointOverride ?? {}).flatMap(([type, url]) =>
      urlRule(`endpointOverride.${type}`, httpUrl(url)),
    ),
    ...(isWhole && isWithoutCatalogue(auth) && Object.keys(endpointOverride ?? {}).length === 0
      ? [`endpointOverride must name the services, since auth.type "${auth?.type}" knows no catalogue`]
      : []),
    ...(caCert !== undefined && caFile !== undefined ? ['caCert and caFile exclude each other'] : []),
    ...(certificatePin !== undefined && insecureSkipVerify === true
      ? ['certificatePin and insecureSkipVerify exclude each other']
      : []),
    ...plainTextRules(settings),
  ]
}

function authRules(auth: AuthSettings): readonly string[] {
  const pairs = [
    ['username', 'userId'],
    ['userDomainName', 'userDomainId'],
    ['projectName', 'projectId'],
    ['projectDomainName', 'projectDomainId'],
    ['domainName', 'domainId'],
    ['applicationCredentialName', 'applicationCredentialId'],
  ] as const
  const scopes = [auth.projectName ?? auth.projectId, auth.domainName ?? auth.domainId, auth.systemScope].filter(
    (scope) => scope !== undefined,
  )
  const secrets = [auth.password, auth.applicationCredentialSecret, auth.token].filter((one) => one !== undefined)
  return [
    ...pairs.flatMap(([name, id]) =>
      auth[name] !== undefined && auth[id] !== undefined ? [`auth.${name} and auth.${id} exclude each other`] : [],
    ),
    ...(scopes.length > 1 ? ['auth: a project, a domain and the system exclude each other'] : []),
    ...(secrets.length > 1 ? ['auth: password, applicationCredentialSecret and token exclude each other'] : []),
    ...(auth.applicationCredentialSecret !== undefined && scopes.length > 0
      ? ['auth: an application credential is for its own project, and takes no other']
      : []),
  ]
}

function isWithoutCatalogue(auth: AuthSettings | undefined): boolean {
  return auth?.type === 'none' || auth?.type === 'http_basic'
}

/** Where `http:` stands in an option, it must be let through by one. */
function plainTextRules({ auth, endpointOverride, allowInsecureHttp }: CloudSettings): readonly string[] {
  if (allowInsecureHttp !== undefined && allowInsecureHttp !== false) return []
  const urls = [
    ['auth.authUrl', auth?.authUrl ?? ''],
    ...Object.entries(endpointOverride ?? {}).map(([type, url]) => [`endpointOverride.${type}`, url]),
  ]
  return urls.flatMap(([name, url = '']) =>
    /^http:/i.test(url) ? [`${name} is plain http, which allowInsecureHttp must allow`] : [],
  )
}

function urlRule(name: string, found: URL | string): readonly string[] {
  return typeof found === 'string' ? [`${name} ${found}`] : []
}
