import { describe, expect, it } from 'vitest'
import { testOrder } from '../test/call.ts'
import { connectBody, planOf, type Plan } from './encode.ts'
import { optionsSchema, type DockerOptions, type Settings } from './options.ts'
import { orderProblems } from './order-rules.ts'
import { ownershipOf } from './ownership.ts'
import { refuse } from './refuse.ts'

function settingsOf(options: DockerOptions = {}): Settings {
  return (optionsSchema['~standard'].validate(options) as { value: Settings }).value
}

function plan(order: Parameters<typeof testOrder>[0], options: DockerOptions = {}, networksAtOnce = false): Plan {
  const settings = settingsOf(options)
  return planOf(testOrder(order), { settings, ownership: ownershipOf('east', settings), networksAtOnce })
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const contents = ({ archives }: Plan): object =>
  Object.fromEntries(
    archives.flatMap(({ files }) => files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)])),
  )

describe('an order', () => {
  it('is closed up by default, whatever it asks for', () => {
    expect(plan({}).body).toEqual({
      Image: 'amphora/haproxy:test',
      Hostname: 'web-1',
      Env: [],
      Labels: {
        'amphora.owner': 'east',
        'amphora.name': 'web-1',
        'amphora.fingerprint': 'v1:0000',
        'amphora.type': 'Container',
      },
      HostConfig: {
        Init: true,
        RestartPolicy: { Name: 'no' },
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        PidsLimit: 512,
      },
    })
  })

  it('goes by its owner and its name', () => {
    expect(plan({}).name).toBe('east-web-1')
    expect(plan({}, { ownerPrefix: false }).name).toBe('web-1')
  })

  it('has a host name of 63 characters at most, with no separator at its end', () => {
    expect(plan({ name: `${'a'.repeat(62)}-b` }).body.Hostname).toBe('a'.repeat(62))
    expect(plan({ name: 'a'.repeat(128) }).body.Hostname).toBe('a'.repeat(63))
  })

  it('has limits of a size, swap included', () => {
    expect(plan({ flavor: { vcpus: 0.5, memoryMiB: 64 } }).body.HostConfig).toMatchObject({
      NanoCpus: 500_000_000,
      Memory: 67_108_864,
      MemorySwap: 67_108_864,
    })
  })

  it('has the limits of a named flavor, and says its name', () => {
    const { body } = plan({ flavor: 'small' }, { flavors: { small: { memoryMiB: 32 } } })
    expect(body.HostConfig).toMatchObject({ Memory: 33_554_432, MemorySwap: 33_554_432 })
    expect(body.HostConfig).not.toHaveProperty('NanoCpus')
    expect(body.Labels).toMatchObject({ 'amphora.flavor': 'small' })
  })

  it('has a storage quota where the option allows one', () => {
    const { body } = plan({ flavor: { storageGiB: 1.5 } }, { storageQuota: true })
    expect(body.HostConfig.StorageOpt).toEqual({ size: '1536M' })
  })

  it('joins its first network at creation and the others after, in its own order', () => {
    const { body, connects } = plan({ networkIds: ['zz', 'mm', 'aa'] })
    expect(body.HostConfig.NetworkMode).toBe('zz')
    expect(body).not.toHaveProperty('NetworkingConfig')
    expect(connects).toEqual(['mm', 'aa'])
    expect(body.Labels['amphora.networks']).toBe('zz,mm,aa')
  })

  it('joins all its networks at creation where the engine takes them', () => {
    const { body, connects } = plan({ networkIds: ['zz', 'aa'] }, {}, true)
    expect(body.HostConfig.NetworkMode).toBe('zz')
    expect(body.NetworkingConfig).toEqual({ EndpointsConfig: { zz: {}, aa: {} } })
    expect(connects).toEqual([])
  })

  it('without a network joins that of the options', () => {
    expect(plan({}, { network: 'usual' }).body.HostConfig.NetworkMode).toBe('usual')
    expect(plan({ networkIds: ['own'] }, { network: 'usual' }).body.HostConfig.NetworkMode).toBe('own')
  })

  it('puts files, keys in their order and user data into one archive', () => {
    const found = plan({
      files: [{ path: '/etc/haproxy/haproxy.cfg', bytes: text('global') }],
      keys: ['ssh-ed25519 AAAA one', 'ssh-rsa BBBB two'],
      userData: text('#!/bin/sh'),
    })
    expect(found.archives).toHaveLength(1)
    expect(contents(found)).toEqual({
      '/etc/haproxy/haproxy.cfg': 'global',
      '/etc/amphora/authorized_keys': 'ssh-ed25519 AAAA one\nssh-rsa BBBB two\n',
      '/etc/amphora/user-data': '#!/bin/sh',
    })
  })

  it('tells where user data lies, and never what it is', () => {
    const { body } = plan({ userData: text('PASSWORD'), files: [{ path: '/x', bytes: text('PASSWORD') }] })
    expect(body.Env).toEqual(['AMPHORA_USER_DATA=/etc/amphora/user-data'])
    expect(JSON.stringify(body)).not.toContain('PASSWORD')
  })

  it('puts an empty meta-data beside a NoCloud seed', () => {
    const userDataPath = '/var/lib/cloud/seed/nocloud/user-data'
    expect(contents(plan({ userData: text('#cloud-config') }, { userDataPath }))).toEqual({
      [userDataPath]: '#cloud-config',
      '/var/lib/cloud/seed/nocloud/meta-data': '',
    })
  })

  it('with a read-only root has an archive for each volume', () => {
    const options = { readonlyRootfs: true, volumes: ['/etc', '/etc/amphora', '/var/lib/x'] }
    const { body, archives } = plan(
      { files: ['/etc/a', '/etc/amphora/b', '/var/lib/x/c'].map((path) => ({ path, bytes: text('') })) },
      options,
    )
    expect(body).toMatchObject({
      Volumes: { '/etc': {}, '/etc/amphora': {}, '/var/lib/x': {} },
      HostConfig: { ReadonlyRootfs: true },
    })
    expect(archives.map(({ directory, files }) => [directory, files.map(({ path }) => path)])).toEqual([
      ['/etc', ['/etc/a']],
      ['/etc/amphora', ['/etc/amphora/b']],
      ['/var/lib/x', ['/var/lib/x/c']],
    ])
  })

  it('gets back only the capabilities that the options name', () => {
    expect(plan({}, { capAdd: ['NET_ADMIN'] }).body.HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN'],
    })
  })
})

describe('connecting', () => {
  it('asks for an address of its family', () => {
    expect(connectBody('id')).toEqual({ Container: 'id' })
    expect(connectBody('id', '10.0.0.9')).toEqual({
      Container: 'id',
      EndpointConfig: { IPAMConfig: { IPv4Address: '10.0.0.9' } },
    })
    expect(connectBody('id', 'fd00::9')).toEqual({
      Container: 'id',
      EndpointConfig: { IPAMConfig: { IPv6Address: 'fd00::9' } },
    })
  })
})

describe('the rules of an order', () => {
  const problems = (order: Parameters<typeof testOrder>[0], options: DockerOptions = {}): string =>
    orderProblems(testOrder(order), settingsOf(options)).join('; ')

  it.each([
    [{ imageId: undefined }, /imageId is needed/],
    [{ flavor: 'large' }, /"large" is none of.*there: none/],
    [{ flavor: 'constructor' }, /is none of/],
    [{ flavor: { vcpus: 0.001 } }, /vcpus is at least 0.01/],
    [{ flavor: { memoryMiB: 5 } }, /memoryMiB is at least 6/],
    [{ networkIds: ['front', 'host'] }, /networkIds\[1\] is never "host"/],
    [{ networkIds: ['container:other'] }, /networkIds\[0\]/],
    [{ networkIds: ['a', 'a'] }, /twice/],
    [{ files: [{ path: '/etc/amphora/user-data', bytes: text('') }], userData: text('') }, /written twice/],
    [{ files: [{ path: '/etc/amphora', bytes: text('') }], keys: ['ssh-rsa A'] }, /lies below "\/etc\/amphora"/],
  ])('%j breaks one', (order, words) => {
    expect(problems(order)).toMatch(words)
  })

  it('are kept by an order that uses everything', () => {
    const order = {
      flavor: { vcpus: 0.01, memoryMiB: 6 },
      networkIds: ['a', 'b'],
      keys: ['ssh-rsa A'],
      userData: text('x'),
      files: [{ path: '/a', bytes: text('') }],
    }
    expect(problems(order)).toBe('')
    expect(refuse(testOrder(order), settingsOf())).toEqual([])
  })
})

describe('what options cannot do', () => {
  it.each([
    [{ flavor: { storageGiB: 1 } }, {}, /storageQuota/],
    [{ flavor: 'big' }, { flavors: { big: { storageGiB: 1 } } }, /storageQuota/],
    [
      { files: [{ path: '/x', bytes: text('') }] },
      { readonlyRootfs: true, volumes: ['/etc/amphora'] },
      /"\/x" lies in none/,
    ],
    [{ userData: text('') }, { readonlyRootfs: true, volumes: ['/srv'] }, /user-data/],
  ])('%j with %j', (order, options, words) => {
    expect(refuse(testOrder(order), settingsOf(options)).join()).toMatch(words)
  })
})
