import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { problemsOf, settingsOf } from '../test/cloud.ts'
import type { AuthOptions, CloudOptions } from './options.ts'
import { Secret } from './secret.ts'

const authUrl = 'https://cloud.example:5000'
const auth: AuthOptions = {
  authUrl,
  username: 'demo',
  userDomainName: 'Default',
  password: 'canary',
  projectName: 'demo',
  projectDomainId: 'default',
}

describe('options that are right', () => {
  it.each<[string, CloudOptions]>([
    ['a password', { auth }],
    ['an entry', { cloud: 'prod' }],
    ['an entry with corrections', { cloud: 'prod', auth: { projectId: 'p' }, region: 'R' }],
    ['the environment', { fromEnvironment: true }],
    ['a credential', { auth: { authUrl, applicationCredentialId: 'ac', applicationCredentialSecret: 'canary' } }],
    [
      'a credential by name',
      {
        auth: {
          authUrl,
          applicationCredentialName: 'robot',
          applicationCredentialSecret: () => 'canary',
          userId: 'u',
        },
      },
    ],
    ['a token', { auth: { authUrl, token: 'canary' } }],
    ['nobody', { auth: { type: 'none' }, endpointOverride: { baremetal: 'https://ironic.example' } }],
    ['plain http to this machine', { auth: { ...auth, authUrl: 'http://127.0.0.1:5000' }, allowInsecureHttp: true }],
    [
      'everything',
      {
        cloud: 'prod',
        fromEnvironment: false,
        cloudsFile: '/a',
        secureFile: '/b',
        region: 'R',
        interface: 'internal',
        endpointOverride: { compute: 'https://nova.example/v2.1' },
        caFile: '/ca.pem',
        certificatePin: 'AB:'.repeat(31) + 'CD',
        allowInsecureHttp: 'anywhere',
      },
    ],
  ])('%s', (_what, options) => {
    expect(problemsOf(options)).toEqual([])
  })

  it('survive JSON', () => {
    const options = { auth, caCert: '-----BEGIN CERTIFICATE-----', insecureSkipVerify: true }
    expect(problemsOf(JSON.parse(JSON.stringify(options)))).toEqual([])
  })

  it('hide their secrets', async () => {
    const settings = settingsOf({
      auth: { ...auth, password: 'canary' },
      insecureSkipVerify: false,
    })
    expect(inspect(settings, { depth: 20, showHidden: true })).not.toContain('canary')
    expect(JSON.stringify(settings)).not.toContain('canary')
    expect(JSON.stringify(settings)).toContain('"password":"[redacted]"')
    expect(String(settings.auth?.password)).toBe('[redacted]')
    expect(settings.auth?.password).toBeInstanceOf(Secret)
    expect(await settings.auth?.password?.reveal('password')).toBe('canary')
  })
})

describe('options that are wrong', () => {
  it.each<[unknown, readonly string[]]>([
    [{}, ['cloud, fromEnvironment or auth must say which cloud it is']],
    [
      { auth: {} },
      [
        'auth: authUrl (auth_url) is missing',
        'auth: username or userId (user_id) is missing',
        'auth: password is missing',
      ],
    ],
    [
      { auth: { authUrl, username: 'demo', password: 'canary', projectName: 'demo' } },
      [
        'auth: userDomainName or userDomainId (user_domain_name, user_domain_id) is missing',
        'auth: projectDomainName or projectDomainId (project_domain_name, project_domain_id) is missing',
      ],
    ],
    [
      { auth: { authUrl, applicationCredentialSecret: 'canary' } },
      ['auth: applicationCredentialId (application_credential_id) is missing, or its name with a user'],
    ],
    [
      { auth: { authUrl, applicationCredentialName: 'a', applicationCredentialSecret: 'canary' } },
      ['auth: username or userId (user_id) is missing'],
    ],
    [
      { auth: { type: 'application-credential', authUrl, applicationCredentialId: 'a' } },
      ['auth: applicationCredentialSecret (application_credential_secret) is missing'],
    ],
    [{ auth: { type: 'token', authUrl } }, ['auth: token is missing']],
    [
      { auth: { type: 'http_basic' }, endpointOverride: { baremetal: 'https://h' } },
      ['auth: username is missing', 'auth: password is missing'],
    ],
    [
      { auth: { type: 'none' } },
      ['endpointOverride must name the services, since auth.type "none" knows no catalogue'],
    ],
    [
      { auth: { ...auth, authUrl: 'cloud.example:5000' } },
      ['auth: authUrl (auth_url) needs a scheme: https:// (or http://)'],
    ],
    [
      { auth: { ...auth, authUrl: 'http://cloud.example:5000' } },
      ['auth.authUrl is plain http, which allowInsecureHttp must allow'],
    ],
    [{ cloud: 'prod', auth: { authUrl: 'cloud.example' } }, ['auth.authUrl needs a scheme: https:// (or http://)']],
    [
      { auth, endpointOverride: { compute: 'http://h', image: 'h' } },
      [
        'endpointOverride.image needs a scheme: https:// (or http://)',
        'endpointOverride.compute is plain http, which allowInsecureHttp must allow',
      ],
    ],
    [{ cloud: 'prod', caCert: '-----BEGIN X', caFile: '/x' }, ['caCert and caFile exclude each other']],
    [
      { cloud: 'prod', certificatePin: 'ab'.repeat(32), insecureSkipVerify: true },
      ['certificatePin and insecureSkipVerify exclude each other'],
    ],
    [
      { cloud: 'prod', auth: { projectName: 'a', projectId: 'b', systemScope: 'all', username: 'u', userId: 'v' } },
      [
        'auth.username and auth.userId exclude each other',
        'auth.projectName and auth.projectId exclude each other',
        'auth: a project, a domain and the system exclude each other',
      ],
    ],
    [
      { cloud: 'prod', auth: { password: 'canary', token: 'canary' } },
      ['auth: password, applicationCredentialSecret and token exclude each other'],
    ],
    [
      { cloud: 'prod', auth: { applicationCredentialSecret: 'canary', projectId: 'p' } },
      ['auth: an application credential is for its own project, and takes no other'],
    ],
  ])('%j', (options, problems) => {
    expect(problemsOf(options)).toEqual(problems)
  })

  it('are all told at once, and nothing of what was given', () => {
    const problems = problemsOf({
      cloud: '',
      fromEnvironment: 'canary',
      auth: { type: 'canary', authUrl: 7, password: 'canary\n', token: 7, systemScope: 'canary', canary2: 'x' },
      region: 'a\nb',
      interface: 'canary',
      endpointOverride: { compute: '' },
      caCert: 'canary',
      certificatePin: 'canary',
      insecureSkipVerify: 'canary',
      allowInsecureHttp: 'canary',
      stranger: 'canary',
    })
    expect(problems).toEqual([
      'cloud must not be empty',
      'fromEnvironment must be true or false',
      'auth.type must be "password", "application-credential", "token", "none" or "http_basic"',
      'auth.authUrl must be a text',
      'auth.password must be a text without control characters that is not empty, or a function that gives one',
      'auth.systemScope must be "all"',
      'auth.token must be a text without control characters that is not empty, or a function that gives one',
      'auth.canary2 is no option of auth',
      'region must not hold control characters',
      'interface must be "public", "internal" or "admin"',
      'endpointOverride.compute must not be empty',
      'caCert must be PEM, as text',
      'certificatePin must be a SHA-256 in hex, 64 digits',
      'insecureSkipVerify must be true or false',
      'allowInsecureHttp must be true, false or "anywhere"',
      'stranger is no option of this driver',
    ])
  })
})
