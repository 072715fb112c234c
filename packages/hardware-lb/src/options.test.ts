import { describe, expect, it } from 'vitest'
import { alteonVx, caddy } from './index.ts'

const box = {
  profile: 'caddy',
  endpoint: 'https://box:2019',
  settings: { listen: ['127.0.0.1:80'], templates: { one: ['127.0.0.1:8080'] } },
}
const vx = {
  profile: 'alteon-vx',
  endpoint: 'snmp://vx',
  snmp: { user: 'ops', authKey: { env: 'A' }, privKey: { env: 'B' } },
}

function problems(appliance: object, over: object = {}): readonly string[] {
  return problemsOf({ inventory: { appliances: { box: appliance } }, ...over })
}

function problemsOf(options: object, plugin: typeof caddy | typeof alteonVx = caddy): readonly string[] {
  try {
    plugin(options as never)
    return []
  } catch (thrown) {
    return (thrown as { readonly problems: readonly string[] }).problems.map((one) =>
      one.replace(/^options of driver "[\w-]+", /, ''),
    )
  }
}

describe('options', () => {
  it.each([
    [{ ...box }],
    [{ ...box, endpoint: 'http://127.0.0.1:2019', allowInsecureHttp: true }],
    [{ ...box, tls: { ca: { file: '/ca.pem' }, pin: 'ab'.repeat(32) }, domain: 'east', cordoned: true, maxGuests: 3 }],
    [
      {
        ...box,
        snmp: {
          user: 'ops',
          authKey: { env: 'A' },
          privKey: { file: '/b' },
          authProtocol: 'sha512',
          privProtocol: 'aes256b',
        },
      },
    ],
    [{ ...box, snmp: { version: 'v2c', community: { env: 'A' }, allowWeakSnmp: true } }],
    [{ ...box, management: { addresses: ['10.0.0.1-10.0.0.9', '10.0.1.1'], prefixLength: 24, gateway: '10.0.0.254' } }],
  ])('take %j', (appliance) => {
    expect(problems(appliance)).toEqual([])
  })

  it('take the inventory as YAML and as JSON', () => {
    const yaml = [
      'appliances:',
      '  box:',
      '    profile: caddy',
      '    endpoint: https://box',
      '    settings: { listen: ["127.0.0.1:80"], templates: {} }',
    ].join('\n')
    expect(problemsOf({ inventory: yaml })).toEqual([])
    expect(problemsOf({ inventory: JSON.stringify({ appliances: { box } }) })).toEqual([])
    expect(problemsOf({ inventory: '{ appliances: [' })).toEqual([
      expect.stringMatching(/^inventory: is neither YAML nor JSON: \w+ in line 1$/),
    ])
  })

  it('leave the appliances of other profiles to their drivers, but for what all have', () => {
    expect(problemsOf({ inventory: { appliances: { box, vx } } })).toEqual([])
    expect(problemsOf({ inventory: { appliances: { box, vx } } }, alteonVx)).toEqual([])
    expect(problemsOf({ inventory: { appliances: { vx } } })).toEqual([
      'inventory: has no appliance of the profile "caddy"',
    ])
  })

  it.each<[object, string]>([
    [
      { endpoint: 'ftp://box' },
      'endpoint: must be https://host[:port][/path], or snmp://host[:port], without user, query and fragment',
    ],
    [{ endpoint: 'https://me:secret@box' }, 'endpoint: must be https'],
    [{ endpoint: 'http://box' }, 'endpoint is plain http, and allowInsecureHttp is not set'],
    [{ endpoint: 'snmp://box' }, 'endpoint: this kind of box is spoken to over https'],
    [{ profile: 'Caddy' }, 'profile: a profile is 1 to 31 lower case letters'],
    [{ credentials: { username: 'me', password: { env: 'A' } } }, 'credentials: are not asked for by this kind of box'],
    [{ credentials: { username: 'me', password: 'hunter22' } }, 'credentials.password: must say where the secret is'],
    [{ networks: { front: 4_095 } }, 'networks.front: must be at most 4094'],
    [{ tls: { pin: 'abc' } }, 'tls.pin: must be a SHA-256 in hex'],
    [{ maxGuests: 0 }, 'maxGuests: must be at least 1'],
    [{ more: 1 }, 'more: is no field of an appliance'],
    [{ settings: { listen: [] } }, 'settings.listen: must not be empty'],
    [{ snmp: { user: 'ops' } }, 'snmp: no authKey: too weak without allowWeakSnmp'],
    [{ snmp: { user: 'ops', authKey: { env: 'A' } } }, 'snmp: no privKey: too weak without allowWeakSnmp'],
    [
      { snmp: { user: 'ops', authKey: { env: 'A' }, privKey: { env: 'B' }, authProtocol: 'md5', privProtocol: 'des' } },
      'snmp: this authProtocol, this privProtocol: too weak without allowWeakSnmp',
    ],
    [{ snmp: { authKey: { env: 'A' }, privKey: { env: 'B' } } }, 'snmp: a user is needed'],
    [{ snmp: { community: { env: 'A' } } }, 'snmp: a community belongs to version 2c, which has to be spelled out'],
    [
      { snmp: { version: 'v2c', community: { env: 'A' } } },
      'snmp: this version protects nothing; it needs allowWeakSnmp',
    ],
    [{ snmp: { version: 'v2c', user: 'ops', allowWeakSnmp: true } }, 'snmp: this version needs a community'],
    [
      { snmp: { user: 'ops', authKey: 'hunter22', privKey: { env: 'B' } } },
      'snmp.authKey: must say where the secret is',
    ],
  ])('refuse %j', (over, problem) => {
    expect(problems({ ...box, ...over }).join('\n')).toContain(
      `inventory.appliances.box${problem.startsWith('endpoint is') ? ': ' : '.'}${problem}`,
    )
  })

  it.each<[object, string]>([
    [{ traps: { user: 'ops' } }, 'traps.address'],
    [
      { traps: { address: '127.0.0.1', port: 162, user: 'ops', authKey: { env: 'A' }, privKey: { env: 'B' } } },
      'traps.port: must be at least 1024',
    ],
    [
      { traps: { address: '127.0.0.1', version: 'v2c', community: { env: 'A' } } },
      'traps: this version protects nothing',
    ],
    [{ namePrefix: 'a b' }, 'namePrefix: is up to 20'],
    [{ more: 1 }, 'more: is no option of this driver'],
  ])('refuse %j beside it', (over, problem) => {
    expect(problems(box, over).join('\n')).toContain(problem)
  })

  it('that are spoken to over SNMP alone want an agent that proves who it is', () => {
    const of = (over: object): readonly string[] =>
      problemsOf({ inventory: { appliances: { vx: { ...vx, ...over } } } }, alteonVx)
    expect(of({ snmp: undefined })).toEqual([
      'inventory.appliances.vx.snmp: is needed: this kind of box is spoken to over SNMP',
    ])
    expect(of({ endpoint: 'https://vx' })).toEqual([
      expect.stringContaining('vx.endpoint: this kind of box is spoken to over SNMP'),
    ])
    expect(of({ snmp: { version: 'v2c', community: { env: 'A' }, allowWeakSnmp: true } })).toEqual([
      'inventory.appliances.vx.snmp: needs a user with an authKey: what is built is built over it',
    ])
  })

  it('tell every problem at once, and no secret', () => {
    const all = problems(
      { ...box, endpoint: 'x', credentials: { username: 'a', password: 'hunter22' }, maxGuests: -1 },
      { namePrefix: '!' },
    )
    expect(all.length).toBeGreaterThanOrEqual(4)
    expect(all.join()).not.toContain('hunter22')
  })
})
