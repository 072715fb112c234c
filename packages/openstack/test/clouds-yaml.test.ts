import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { silentLogger, systemClock, type Logger } from '@amphora/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Session, type CloudOptions } from '../src/index.ts'
import { createCloud, endless, failure, listServers, novaOf, settingsOf, type Cloud } from './cloud.ts'
import { CREDENTIAL_SECRET, LOGIN, PASSWORD, PROJECT } from './fake-keystone.ts'

let cloud: Cloud
let folder: string
let warnings: string[]

beforeEach(async () => {
  cloud = await createCloud()
  folder = await mkdtemp(join(tmpdir(), 'clouds-'))
  warnings = []
  await Promise.all(
    ['here', 'home/.config/openstack', 'xdg/openstack'].map((path) => mkdir(join(folder, path), { recursive: true })),
  )
  vi.spyOn(process, 'cwd').mockReturnValue(join(folder, 'here'))
  for (const name of Object.keys(process.env)) if (/^(?:OS_|XDG_|SNAP_)/.test(name)) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', join(folder, 'home'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await cloud.close()
  await rm(folder, { recursive: true })
})

async function write(path: string, text: string, mode = 0o600): Promise<string> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text.replaceAll('$URL', cloud.keystone.authUrl), { mode })
  await chmod(file, mode)
  return file
}

function session(options: CloudOptions): Session {
  const logger: Logger = {
    ...silentLogger,
    warn: (fields, message) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
  }
  return new Session(settingsOf({ allowInsecureHttp: true, ...options }), { clock: systemClock, logger })
}

/** What was asked of Keystone when somebody logged in so. */
async function loginWith(options: CloudOptions): Promise<unknown> {
  const one = session(options)
  await one.scope(endless())
  await one.close()
  const [request] = cloud.keystone.server.requests(LOGIN)
  return request?.json()
}

async function problemWith(options: CloudOptions): Promise<string> {
  const error = await failure(session(options).scope(endless()))
  expect(error).toMatchObject({ code: 'failed-precondition', reason: 'openstack/configuration', verdict: 'unsent' })
  expect(cloud.keystone.server.count()).toBe(0)
  expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain('canary')
  return error.message.replaceAll(folder, '')
}

const ENTRY = `
clouds:
  prod:
    auth:
      auth_url: $URL
      username: demo
      user_domain_name: Default
      password: ${PASSWORD}
      project_name: demo
      project_domain_name: Default
    region_name: RegionOne
    interface: public
`
const BODY = {
  auth: {
    identity: {
      methods: ['password'],
      password: { user: { name: 'demo', domain: { name: 'Default' }, password: PASSWORD } },
    },
    scope: { project: { name: 'demo', domain: { name: 'Default' } } },
  },
}

describe('an entry of clouds.yaml', () => {
  it('is all that is needed', async () => {
    await write('here/clouds.yaml', ENTRY)
    expect(await loginWith({ cloud: 'prod' })).toEqual(BODY)
    expect(warnings).toEqual([])
  })

  it.each([
    'here/clouds.yaml',
    'here/clouds.yml',
    'here/clouds.json',
    'home/.config/openstack/clouds.yaml',
    'home/.config/openstack/clouds.yml',
  ])('is looked for in %s', async (path) => {
    const json = JSON.stringify({
      clouds: { prod: { auth: { auth_url: '$URL', user_id: 'u-1', password: PASSWORD } } },
    })
    await write(path, path.endsWith('json') ? json : ENTRY)
    expect(await loginWith({ cloud: 'prod' })).toHaveProperty('auth.identity')
  })

  it('is looked for where XDG_CONFIG_HOME and SNAP_REAL_HOME say', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'xdg'))
    await write('xdg/openstack/clouds.yaml', ENTRY)
    expect(await loginWith({ cloud: 'prod' })).toEqual(BODY)
    await rm(join(folder, 'xdg/openstack/clouds.yaml'))
    vi.stubEnv('SNAP_REAL_HOME', join(folder, 'snap'))
    await write('snap/.config/openstack/clouds.yaml', ENTRY)
    expect(await loginWith({ cloud: 'prod' })).toEqual(BODY)
  })

  it('is taken from the first file there is, and from no other', async () => {
    await write('here/clouds.yaml', 'clouds: {other: {}}')
    await write('home/.config/openstack/clouds.yaml', ENTRY)
    expect(await problemWith({ cloud: 'prod' })).toBe('there is no entry "prod" in /here/clouds.yaml; found: other')
  })

  it('is taken from the file that an option names', async () => {
    await write('here/clouds.yaml', 'clouds: {other: {}}')
    const cloudsFile = await write('elsewhere/mine.yaml', ENTRY)
    expect(await loginWith({ cloud: 'prod', cloudsFile })).toEqual(BODY)
  })

  it('is read once, at the first call', async () => {
    const one = session({ cloud: 'prod' })
    await write('here/clouds.yaml', ENTRY)
    await one.scope(endless())
    await rm(join(folder, 'here/clouds.yaml'))
    cloud.keystone.tokens.clear()
    await listServers(novaOf(one))
    expect(cloud.keystone.logins()).toBe(2)
    await one.close()
  })

  it('that was not right is read again', async () => {
    const one = session({ cloud: 'prod' })
    await failure(one.scope(endless()))
    await write('here/clouds.yaml', ENTRY)
    expect(await one.project(endless())).toEqual(PROJECT)
    await one.close()
  })

  it('may be built of anchors, and its texts are taken as they are written', async () => {
    cloud.keystone.server.route(LOGIN, () => ({ status: 401 }))
    await write(
      'here/clouds.yaml',
      `
base: &base
  auth_url: $URL
  user_id: 0123
clouds:
  prod:
    auth:
      <<: *base
      password: 1e5
      project_id: yes
`,
    )
    await failure(session({ cloud: 'prod' }).scope(endless()))
    expect(cloud.keystone.server.requests(LOGIN)[0]?.json()).toEqual({
      auth: {
        identity: { methods: ['password'], password: { user: { id: '0123', password: '1e5' } } },
        scope: { project: { id: 'yes' } },
      },
    })
  })
})

describe('secure.yaml', () => {
  it('is merged over it, key by key', async () => {
    await write('here/clouds.yaml', ENTRY.replace(PASSWORD, 'canary-wrong'), 0o644)
    await write('home/.config/openstack/secure.yaml', `clouds: {prod: {auth: {password: ${PASSWORD}}}}`)
    expect(await loginWith({ cloud: 'prod' })).toEqual(BODY)
  })

  it('may hold the whole entry', async () => {
    await write('here/secure.yaml', ENTRY)
    expect(await loginWith({ cloud: 'prod' })).toEqual(BODY)
  })

  it('is taken from the file that an option names', async () => {
    await write('here/clouds.yaml', ENTRY.replace(/ {6}password: .*\n/, ''))
    const secureFile = await write('elsewhere/s.yaml', `clouds: {prod: {auth: {password: ${PASSWORD}}}}`)
    expect(await loginWith({ cloud: 'prod', secureFile })).toEqual(BODY)
  })
})

describe('a profile', () => {
  const own = `clouds: {prod: {profile: vendor, auth: {username: demo, password: ${PASSWORD}, project_name: demo}}}`
  const vendor = `
public-clouds:
  vendor:
    auth:
      auth_url: $URL
      username: somebody
      user_domain_name: Default
      project_domain_name: Default
`

  it('in clouds-public.yaml stands below the entry', async () => {
    await write('here/clouds.yaml', own)
    await write('home/.config/openstack/clouds-public.yaml', vendor, 0o644)
    expect(await loginWith({ cloud: 'prod' })).toEqual(BODY)
    expect(warnings).toEqual([])
  })

  it.each([
    ['without the file', undefined, 'there is no clouds-public.yaml'],
    ['without the profile', 'public-clouds: {other: {}}', '/here/clouds-public.yaml has none of that name'],
  ])('%s is not known', async (_how, text, why) => {
    await write('here/clouds.yaml', own)
    if (text !== undefined) await write('here/clouds-public.yaml', text)
    expect(await problemWith({ cloud: 'prod' })).toBe(
      `the entry "prod" of /here/clouds.yaml: its profile "vendor" is not known, since ${why}`,
    )
  })
})

describe('a region', () => {
  const regions = `
clouds:
  prod:
    auth: {auth_url: 'http://127.0.0.1:1/{region_name}', user_id: u-1, password: ${PASSWORD}}
    regions:
      - One
      - {name: Two, values: {auth: {auth_url: $URL}, interface: internal}}
`

  it('of a list gives its own values', async () => {
    await write('here/clouds.yaml', regions)
    expect(await loginWith({ cloud: 'prod', region: 'Two' })).toHaveProperty('auth.identity')
  })

  it('that the list lacks is refused', async () => {
    await write('here/clouds.yaml', regions)
    expect(await problemWith({ cloud: 'prod', region: 'Three' })).toBe(
      'the entry "prod" of /here/clouds.yaml: its regions are One, Two, and not the one that is asked for',
    )
  })

  it('of the entry is as good as one of the list of its profile', async () => {
    const line = 'profile: vendor\n    region_name: RegionOne'
    await write('here/clouds.yaml', ENTRY.replace('region_name: RegionOne', line))
    await write('here/clouds-public.yaml', 'public-clouds: {vendor: {regions: [RegionNine]}}')
    const one = session({ cloud: 'prod' })
    expect(await listServers(novaOf(one))).toMatchObject({ status: 200 })
    await one.close()
  })

  it('of the entry picks the endpoint, and one of the options instead of it', async () => {
    await write('here/clouds.yaml', ENTRY.replace('RegionOne', 'RegionNine'))
    const error = await failure(listServers(novaOf(session({ cloud: 'prod' }))))
    expect(error.message).toContain('no region "RegionNine"')
    const right = session({ cloud: 'prod', region: 'RegionOne' })
    await listServers(novaOf(right))
    await right.close()
  })
})

describe('an entry in other words', () => {
  it.each<[string, string, object]>([
    [
      'one domain for both',
      `{auth: {auth_url: $URL, username: demo, password: ${PASSWORD}, project_name: demo, domain_name: Default}}`,
      BODY.auth,
    ],
    [
      'a domain outside of auth',
      `{domain_name: Default, auth: {auth_url: $URL, username: demo, password: ${PASSWORD}, project_name: demo}}`,
      BODY.auth,
    ],
    [
      'everything outside of auth',
      `{auth_url: $URL, username: demo, password: ${PASSWORD}, tenant_name: demo, domain_name: Default}`,
      BODY.auth,
    ],
    [
      'an application credential',
      `{auth_type: v3applicationcredential, auth: {auth_url: $URL, application_credential_id: ac-1, application_credential_secret: ${CREDENTIAL_SECRET}}}`,
      {
        identity: {
          methods: ['application_credential'],
          application_credential: { id: 'ac-1', secret: CREDENTIAL_SECRET },
        },
      },
    ],
    [
      'the system',
      `{auth_type: v3password, auth: {auth_url: $URL, user_id: u-1, password: ${PASSWORD}, system_scope: all}}`,
      {
        identity: { methods: ['password'], password: { user: { id: 'u-1', password: PASSWORD } } },
        scope: { system: { all: true } },
      },
    ],
    [
      'a domain',
      `{auth: {auth_url: $URL, user_id: u-1, password: ${PASSWORD}, domain_id: default}}`,
      {
        identity: { methods: ['password'], password: { user: { id: 'u-1', password: PASSWORD } } },
        scope: { domain: { id: 'default' } },
      },
    ],
  ])('%s', async (_what, entry, body) => {
    await write('here/clouds.yaml', `clouds: {prod: ${entry}}`)
    expect(await loginWith({ cloud: 'prod' })).toEqual({ auth: body })
  })

  it.each(['auth: {endpoint: $NOVA}', 'compute_endpoint_override: $NOVA', 'endpoint: $NOVA'])(
    'none, with %s',
    async (where) => {
      cloud.nova.route('GET /v2.1/servers', () => ({ json: {} }))
      const line = where.replace('$NOVA', `${cloud.nova.url}/v2.1`)
      await write('here/clouds.yaml', `clouds:\n  prod:\n    auth_type: none\n    ${line}\n`)
      const one = session({ cloud: 'prod' })
      await listServers(novaOf(one))
      expect(cloud.keystone.server.count()).toBe(0)
      await one.close()
    },
  )

  it.each([
    ['interface: internal', 'internal'],
    ['endpoint_type: adminURL', 'admin'],
  ])('%s is the %s endpoint', async (line, face) => {
    cloud.keystone.server.route(LOGIN, () => ({
      status: 201,
      headers: { 'x-subject-token': 'canary' },
      json: {
        token: { catalog: [{ type: 'compute', endpoints: [{ interface: face, url: `${cloud.nova.url}/v2.1` }] }] },
      },
    }))
    cloud.nova.route('GET /v2.1/servers', () => ({ json: {} }))
    await write('here/clouds.yaml', ENTRY.replace('interface: public', line).replace('region_name: RegionOne', 'x: y'))
    const one = session({ cloud: 'prod' })
    expect(await listServers(novaOf(one))).toMatchObject({ status: 200 })
    await one.close()
  })
})

describe('what wins', () => {
  it('is an option over the entry, with its own way to name a thing', async () => {
    await write('here/clouds.yaml', ENTRY)
    expect(await loginWith({ cloud: 'prod', auth: { projectId: PROJECT.id } })).toEqual({
      auth: { ...BODY.auth, scope: { project: { id: PROJECT.id } } },
    })
  })

  it('is a secret of the options over the one of the entry', async () => {
    await write('here/clouds.yaml', ENTRY.replace('auth:', 'auth_type: password\n    auth:'))
    const auth = { applicationCredentialId: 'ac-1', applicationCredentialSecret: CREDENTIAL_SECRET }
    expect(await loginWith({ cloud: 'prod', auth })).toHaveProperty('auth.identity.application_credential')
  })
})

describe('the environment', () => {
  const full = {
    OS_AUTH_URL: '$URL',
    OS_USERNAME: 'demo',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PASSWORD: PASSWORD,
    OS_PROJECT_NAME: 'demo',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_REGION_NAME: 'RegionOne',
    OS_INTERFACE: 'public',
    OS_IDENTITY_API_VERSION: '3',
  }
  const stub = (variables: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(variables)) {
      vi.stubEnv(name, value.replaceAll('$URL', cloud.keystone.authUrl))
    }
  }

  it('says everything where it is asked', async () => {
    stub(full)
    expect(await loginWith({ fromEnvironment: true })).toEqual(BODY)
  })

  it.each<[Readonly<Record<string, string>>, object]>([
    [
      { OS_APPLICATION_CREDENTIAL_ID: 'ac-1', OS_APPLICATION_CREDENTIAL_SECRET: CREDENTIAL_SECRET },
      {
        methods: ['application_credential'],
        application_credential: { id: 'ac-1', secret: CREDENTIAL_SECRET },
      },
    ],
    [
      { OS_USER_ID: 'u-1', OS_PASSWORD: PASSWORD, OS_PROJECT_ID: PROJECT.id, OS_PROJECT_NAME: '' },
      { methods: ['password'], password: { user: { id: 'u-1', password: PASSWORD } } },
    ],
  ])('in the words %j', async (variables, identity) => {
    stub({ OS_AUTH_URL: '$URL', ...variables })
    expect(await loginWith({ fromEnvironment: true })).toMatchObject({ auth: { identity } })
  })

  it('is not looked at where it is not asked', async () => {
    stub({ ...full, OS_CLOUD: 'other', OS_CLIENT_CONFIG_FILE: '/nowhere', OS_CLIENT_SECURE_FILE: '/nowhere' })
    await write('here/clouds.yaml', 'clouds: {prod: {auth: {}}}')
    expect(await problemWith({ cloud: 'prod' })).toContain('authUrl (auth_url) is missing')
  })

  it('picks the entry with OS_CLOUD, and has no part in who we are there', async () => {
    stub({ ...full, OS_CLOUD: 'prod', OS_PASSWORD: 'canary-of-another-cloud', OS_PROJECT_ID: 'canary' })
    await write('here/clouds.yaml', ENTRY)
    expect(await loginWith({ fromEnvironment: true })).toEqual(BODY)
    await write('here/clouds.yaml', ENTRY.replace(/ {6}password: .*\n/, ''))
    cloud.keystone.server.clear()
    expect(await problemWith({ fromEnvironment: true })).toContain('password is missing')
  })

  it('gives region and authorities where the entry says none', async () => {
    stub({ OS_CLOUD: 'prod', OS_REGION_NAME: 'RegionNine' })
    await write('here/clouds.yaml', ENTRY.replace('region_name: RegionOne', 'x: y'))
    const error = await failure(listServers(novaOf(session({ fromEnvironment: true }))))
    expect(error.message).toContain('no region "RegionNine"')
  })

  it('names the files', async () => {
    stub({
      OS_CLOUD: 'prod',
      OS_CLIENT_CONFIG_FILE: await write('c.yaml', ENTRY.replace(PASSWORD, 'canary-wrong')),
      OS_CLIENT_SECURE_FILE: await write('s.yaml', `clouds: {prod: {auth: {password: ${PASSWORD}}}}`),
    })
    await write('here/clouds.yaml', 'clouds: {}')
    expect(await loginWith({ fromEnvironment: true })).toEqual(BODY)
  })

  it('loses to an option', async () => {
    stub({ ...full, OS_PROJECT_NAME: 'nosuch' })
    expect(await loginWith({ fromEnvironment: true, auth: { projectName: 'demo' } })).toEqual(BODY)
  })

  it('that says nothing is a problem with a name', async () => {
    expect(await problemWith({ fromEnvironment: true })).toBe(
      'the options, with the environment: authUrl (auth_url) is missing; username or userId (user_id) is missing; password is missing',
    )
  })
})

describe('a warning', () => {
  it.each([
    [0o600, []],
    [0o640, ['clouds.yaml']],
    [0o604, ['clouds.yaml']],
    [0o644, ['clouds.yaml']],
  ])('is given for a file with secrets of mode %o: %j', async (mode, files) => {
    await write('here/clouds.yaml', ENTRY, mode)
    await loginWith({ cloud: 'prod' })
    expect(warnings.map((warning) => warning.replaceAll(folder, ''))).toEqual(
      files.map((name) => `${name} holds secrets and can be read by others than its owner {"name":"/here/${name}"}`),
    )
  })

  it('is given once, and not for a file without secrets', async () => {
    await write('here/clouds.yaml', ENTRY.replace(/ {6}password: .*\n/, ''), 0o644)
    await write('here/secure.yaml', `clouds: {prod: {auth: {password: ${PASSWORD}}}}`, 0o644)
    const one = session({ cloud: 'prod' })
    await Promise.all([one.scope(endless()), one.scope(endless()), one.project(endless())])
    await one.close()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('secure.yaml holds secrets')
  })

  it.each(['verify: false', 'insecure: true'])(
    'is given where an entry says %s, which only an option may',
    async (line) => {
      await write('here/clouds.yaml', ENTRY.replace('interface: public', line))
      await loginWith({ cloud: 'prod' })
      expect(warnings).toEqual([expect.stringContaining('that holds only with the option insecureSkipVerify')])
    },
  )

  it('is given once where certificates are not looked at', async () => {
    await write('here/clouds.yaml', ENTRY)
    await loginWith({ cloud: 'prod', insecureSkipVerify: true })
    expect(warnings).toEqual([expect.stringContaining('certificates are not looked at')])
  })
})

describe('a file that does not do', () => {
  it.each([
    ['prod: [canary', 'prod', 'here/clouds.yaml', '/here/clouds.yaml is not YAML, from line 1 on'],
    ['a: 1\nb: {\n  canary', 'prod', 'here/clouds.yaml', '/here/clouds.yaml is not YAML, from line 3 on'],
    ['- canary', 'prod', 'here/clouds.yaml', '/here/clouds.yaml is YAML, but no mapping'],
    ['clouds: [canary]', 'prod', 'here/clouds.yaml', '/here/clouds.yaml: clouds is not a mapping'],
    ['', 'prod', 'here/clouds.yaml', 'there is no entry "prod" in /here/clouds.yaml; found: none'],
    ['clouds:\n', 'prod', 'here/clouds.yaml', 'there is no entry "prod" in /here/clouds.yaml; found: none'],
    [
      'clouds: {b: {}, a: {}}',
      'prod',
      'here/clouds.yaml',
      'there is no entry "prod" in /here/clouds.yaml; found: a, b',
    ],
    ['clouds: {prod: canary}', 'prod', 'here/clouds.yaml', 'the entry "prod" of /here/clouds.yaml is not a mapping'],
    [
      'clouds: {prod: {auth: canary}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: auth is not a mapping',
    ],
    [
      'clouds: {prod: {auth_type: v3oidcpassword}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: auth_type is one of password, v3password, v3applicationcredential, v3token, token, none, http_basic here',
    ],
    [
      'clouds: {prod: {interface: canary}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: interface is public, internal or admin',
    ],
    [
      'clouds: {prod: {auth: {system_scope: canary}}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: system_scope can only be "all"',
    ],
    [
      'clouds: {prod: {auth: {password: "canary\\n"}}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: password holds control characters',
    ],
    [
      'clouds: {prod: {regions: [{canary: x}]}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: each of its regions is a name, or a mapping with a name and values',
    ],
    [
      'clouds: {prod: {auth: {auth_url: cloud.example, username: demo, password: canary}}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: authUrl (auth_url) needs a scheme: https:// (or http://); userDomainName or userDomainId (user_domain_name, user_domain_id) is missing',
    ],
    [
      'clouds: {prod: {auth_type: none, compute_endpoint_override: canary.example}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: the endpoint override of compute needs a scheme: https:// (or http://)',
    ],
    [
      'clouds: {prod: {cacert: /nowhere.pem}}',
      'prod',
      'here/clouds.yaml',
      'the entry "prod" of /here/clouds.yaml: /nowhere.pem could not be read: ENOENT',
    ],
  ])('%j', async (text, name, path, problem) => {
    await write(path, text)
    expect(await problemWith({ cloud: name })).toBe(problem)
  })

  it('is named where it is not there', async () => {
    expect(await problemWith({ cloud: 'prod' })).toBe(
      'the cloud "prod" needs a clouds.yaml, and there is none in /here/clouds.yaml, /home/.config/openstack/clouds.yaml, /etc/xdg/openstack/clouds.yaml, /etc/openstack/clouds.yaml',
    )
    expect(await problemWith({ cloud: 'prod', cloudsFile: '/nowhere.yaml' })).toBe(
      '/nowhere.yaml is not there, or may not be read',
    )
  })

  it('names an authority that is not PEM', async () => {
    const caFile = await write('ca.pem', 'canary')
    await write('here/clouds.yaml', ENTRY)
    expect(await problemWith({ cloud: 'prod', caFile })).toBe(
      'the entry "prod" of /here/clouds.yaml: /ca.pem is not PEM',
    )
  })

  it('is not read where it is too long', async () => {
    await write('here/clouds.yaml', `${ENTRY}# ${'x'.repeat(1024 * 1024)}`)
    expect(await problemWith({ cloud: 'prod' })).toBe('/here/clouds.yaml is longer than 1048576 bytes')
  })

  it('does not put a plain http address through that no option allows', async () => {
    await write('here/clouds.yaml', ENTRY)
    const one = new Session(settingsOf({ cloud: 'prod' }), { clock: systemClock, logger: silentLogger })
    expect(await failure(one.scope(endless()))).toMatchObject({ reason: 'http/destination', verdict: 'unsent' })
    expect(cloud.keystone.server.count()).toBe(0)
    await one.close()
  })
})
