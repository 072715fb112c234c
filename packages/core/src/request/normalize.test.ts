import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { BuildOrder, BuildRequest } from '../build-request.ts'
import type { Capabilities } from '../capabilities.ts'
import { AmphoraComputeError, InvalidRequestError, NotImplementedError } from '../errors.ts'
import { fingerprintOf } from './fingerprint.ts'
import { normalize, type NormalizeOptions } from './normalize.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaTfXCAqbYPXwVs8soGtkr+7rjCUgmyI13XuX3Hjb6+'
const capabilities: Capabilities = {
  types: ['VM', 'Container'],
  flavor: 'either',
  image: true,
  keys: true,
  secGroups: true,
  networks: { max: 2 },
  ports: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  userData: { maxBytes: 100 },
  placementGroups: true,
  availabilityZones: true,
}

function options(changes: Partial<NormalizeOptions> = {}): NormalizeOptions {
  const { signal } = new AbortController()
  return { driver: 'acme', definition: { capabilities }, fingerprintKey: undefined, signal, ...changes }
}

/** Also what the compiler would refuse. */
function order(request: object, changes: Partial<NormalizeOptions> = {}): Promise<BuildOrder> {
  return normalize(request, options(changes))
}

async function refusal(request: object, changes: Partial<NormalizeOptions> = {}): Promise<AmphoraComputeError> {
  const thrown: unknown = await order(request, changes).catch((error: unknown) => error)
  if (thrown instanceof AmphoraComputeError) return thrown
  throw new Error('the request was not refused', { cause: thrown })
}

async function problems(request: object, changes: Partial<NormalizeOptions> = {}): Promise<readonly string[]> {
  const error = await refusal(request, changes)
  return error instanceof InvalidRequestError ? error.problems : [error.message]
}

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text))

describe('an order', () => {
  it('holds everything that was asked for', async () => {
    const made = await order({
      name: 'web-1',
      type: 'Container',
      flavor: { vcpus: 2 },
      imageId: 'image',
      keys: [KEY],
      secGroups: ['s1', 's2'],
      networkIds: ['n2', 'n1'],
      portIds: ['p1'],
      configDriveFiles: { '/b': Readable.from(['t', 'wo']), '/a': 'one' },
      userData: new Blob(['#cloud-config']),
      placementGroupId: 'group',
      availabilityZone: 'zone',
    })
    const { fingerprint, nameIsFresh, ...ordered } = made
    expect(ordered).toEqual({
      name: 'web-1',
      type: 'Container',
      flavor: { vcpus: 2 },
      imageId: 'image',
      keys: [KEY],
      secGroups: ['s1', 's2'],
      networkIds: ['n2', 'n1'],
      portIds: ['p1'],
      files: [
        { path: '/b', bytes: bytes('two') },
        { path: '/a', bytes: bytes('one') },
      ],
      userData: bytes('#cloud-config'),
      placementGroupId: 'group',
      availabilityZone: 'zone',
    })
    expect(nameIsFresh).toBe(false)
    expect(fingerprint).toBe(fingerprintOf(ordered))
  })

  it('is complete where nothing was asked for: a VM under a fresh name', async () => {
    const { name, fingerprint, ...rest } = await order({})
    expect(name).toMatch(/^amphora-[0-9a-f-]{36}$/)
    expect(fingerprint).toMatch(/^v1:[0-9a-f]{64}$/)
    expect(rest).toEqual({
      nameIsFresh: true,
      type: 'VM',
      flavor: undefined,
      imageId: undefined,
      keys: [],
      secGroups: [],
      networkIds: [],
      portIds: [],
      files: [],
      userData: undefined,
      placementGroupId: undefined,
      availabilityZone: undefined,
    })
  })

  it('has the same fingerprint whether its name is fresh or not, and another one under a key', async () => {
    const fresh = await order({})
    const repeated = await order({ name: fresh.name })
    expect(repeated.fingerprint).toBe(fresh.fingerprint)
    const keyed = await order({ name: fresh.name }, { fingerprintKey: 'key' })
    const { nameIsFresh: _fresh, fingerprint, ...ordered } = keyed
    expect(fingerprint).toBe(fingerprintOf(ordered, 'key'))
    expect(fingerprint).not.toBe(fresh.fingerprint)
  })

  it('has the same fingerprint where what asks for nothing is left out', async () => {
    const bare = await order({ name: 'a' })
    const empty = { flavor: {}, keys: [], secGroups: [], networkIds: [], portIds: [], configDriveFiles: {} }
    for (const request of [
      empty,
      { type: 'VM' },
      { flavor: { vcpus: undefined } },
      { imageId: undefined, userData: undefined },
    ]) {
      const made = await order({ name: 'a', ...request })
      expect(made.fingerprint).toBe(bare.fingerprint)
      expect(made.flavor).toBeUndefined()
    }
    expect((await order({ name: 'a', userData: '' })).userData).toEqual(bytes(''))
  })

  it('cannot be changed, nor can the request change it later', async () => {
    const request = {
      name: 'a',
      flavor: { vcpus: 1 },
      keys: [KEY],
      secGroups: ['s'],
      networkIds: ['n'],
      portIds: ['p'],
    }
    const made = await order({ ...request, configDriveFiles: { '/a': 'x' } })
    request.flavor.vcpus = 9
    for (const list of [request.keys, request.secGroups, request.networkIds, request.portIds]) list.push('late')
    expect(made).toMatchObject({
      flavor: { vcpus: 1 },
      keys: [KEY],
      secGroups: ['s'],
      networkIds: ['n'],
      portIds: ['p'],
    })
    const { flavor, keys, secGroups, networkIds, portIds, files } = made
    expect([made, flavor, keys, secGroups, networkIds, portIds, files].every((part) => Object.isFrozen(part))).toBe(
      true,
    )
  })

  it('is what was checked, also where the request changes while a stream is read', async () => {
    const request = { name: 'a', type: 'VM', imageId: 'i', keys: [KEY], flavor: { vcpus: 1 }, configDriveFiles: {} }
    async function* meddling(): AsyncGenerator<string> {
      request.name = '../b'
      request.type = 'Other'
      request.imageId = '..'
      request.flavor.vcpus = -1
      request.keys.push('command="x" ssh-rsa A')
      yield 'x'
    }
    request.configDriveFiles = { '/a': meddling() }
    expect(await order(request)).toMatchObject({
      name: 'a',
      type: 'VM',
      imageId: 'i',
      keys: [KEY],
      flavor: { vcpus: 1 },
    })
  })
})

describe('a request', () => {
  it('is told every problem at once: of fields, names, files, contents, and what the driver does not support', async () => {
    const { image: _image, ...withoutImage } = capabilities
    const request = {
      name: '-',
      image: 'x',
      flavor: { vcpus: 0 },
      imageId: 'i',
      networkIds: ['a', 'b', 'c'],
      configDriveFiles: { a: 'x', '/b': 'x'.repeat(10_241), '/c': 7 },
      userData: 'x'.repeat(101),
    }
    expect(await problems(request, { definition: { capabilities: withoutImage } })).toEqual([
      expect.stringMatching(/^"image" is no field of a build request/),
      'name is 1 to 128 letters, digits, "_", "." and "-", a letter or digit first; found "-"',
      'flavor.vcpus is a number above 0',
      'networkIds holds at most 2; found 3',
      'configDriveFiles["a"] is not absolute',
      'configDriveFiles["/b"] has at most 10240 bytes; found 10241',
      'configDriveFiles["/c"] is a string, Uint8Array, Blob, Readable or async iterable; found number',
      'userData has at most 100 bytes; found 101',
      'imageId is not supported by driver "acme"',
    ])
  })

  it('is not implemented where the driver does not declare what it asks for', async () => {
    const error = await refusal({ imageId: 'i', userData: 'x' }, { definition: { capabilities: { types: ['VM'] } } })
    expect(error).toBeInstanceOf(NotImplementedError)
    expect(error.message).toBe(
      'imageId is not supported by driver "acme"; userData is not supported by driver "acme"; leave it out or choose another driver',
    )
  })

  it('is not told of rules that hold for what the driver does not support anyway', async () => {
    const wrong = {
      flavor: '',
      imageId: '',
      keys: ['x'],
      secGroups: [''],
      networkIds: ['', '', ''],
      portIds: ['', ''],
      configDriveFiles: { x: 'x' },
      placementGroupId: '',
      availabilityZone: '',
    }
    const error = await refusal(wrong, { definition: { capabilities: { types: ['VM'] } } })
    expect(error).toBeInstanceOf(NotImplementedError)
    expect(error.message.split('; ')).toHaveLength(10)
  })

  it('is told which kind of flavor is not supported', async () => {
    const named = { definition: { capabilities: { ...capabilities, flavor: 'named' } } } as const
    expect((await refusal({ flavor: { vcpus: 1 } }, named)).message).toMatch(
      /^flavor by size is not supported by driver "acme"/,
    )
    expect(await problems({ flavor: 7 }, named)).toEqual([
      'flavor is a name, or { vcpus, memoryMiB, storageGiB }; found something else',
    ])
  })

  it('keeps the naming rules of the driver', async () => {
    const definition = { capabilities, naming: { maxLength: 14, pattern: /[a-z0-9]+/ } }
    expect(await problems({ name: 'a-b' }, { definition })).toEqual([
      'name matches /[a-z0-9]+/ on this driver; found "a-b"',
    ])
    expect((await order({}, { definition })).name).toMatch(/^a[a-z0-9]{13}$/)
  })

  it('needs a name where core can make none, and its contents are given back', async () => {
    const definition = { capabilities, naming: { maxLength: 4, pattern: /[a-z]+/ } }
    const stream = Readable.from(['x'])
    expect(await problems({ flavor: '', userData: stream }, { definition })).toEqual([
      'name is needed: core can make none for this driver',
      'flavor is empty',
    ])
    expect(stream.destroyed).toBe(true)
    expect((await order({ name: 'abc' }, { definition })).nameIsFresh).toBe(false)
  })

  it('with a name that is null or empty is refused, not given a fresh name', async () => {
    expect(await problems({ name: '' })).toEqual([expect.stringMatching(/^name is 1 to 128 .*; found ""$/)])
    expect(await problems({ name: null })).toEqual(['name is a string; found null'])
  })
})

describe('the contents of a request', () => {
  it('are read one after the other, each once', async () => {
    const log: string[] = []
    const source = async function* (name: string): AsyncGenerator<string> {
      log.push(`${name} begins`)
      yield name
      log.push(`${name} ends`)
    }
    await order({ configDriveFiles: { '/a': source('a'), '/b': source('b') }, userData: source('u') })
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'u begins', 'u ends'])
  })

  it('may be the same string, bytes or Blob twice, but not the same stream', async () => {
    const [shared, blob, empty] = [bytes('x'), new Blob(['x']), { '/a': null, '/b': null }]
    expect(
      (await order({ configDriveFiles: { '/a': shared, '/b': shared, '/c': blob, '/d': blob }, userData: blob })).files,
    ).toHaveLength(4)
    const stream = Readable.from(['x'])
    async function* generator(): AsyncGenerator<string> {
      yield 'x'
    }
    const once = generator()
    expect(await problems({ configDriveFiles: { '/a': stream, '/b': stream, '/c': once }, userData: once })).toEqual([
      'configDriveFiles["/b"] is the same stream as another one; a stream is read once',
      'userData is the same stream as another one; a stream is read once',
    ])
    expect(await problems({ configDriveFiles: empty })).toEqual([
      'configDriveFiles["/a"] is a string, Uint8Array, Blob, Readable or async iterable; found null',
      'configDriveFiles["/b"] is a string, Uint8Array, Blob, Readable or async iterable; found null',
    ])
  })

  it('are given back unread where the driver takes none, or not so many', async () => {
    let read = 0
    const source = (): Readable => new Readable({ read: () => void (read += 1) })
    const [file, userData] = [source(), source()]
    await refusal({ configDriveFiles: { '/a': file }, userData }, { definition: { capabilities: { types: ['VM'] } } })
    expect([file.destroyed, userData.destroyed]).toEqual([true, true])

    const paths = ['/1', '/2', '/3', '/4', '/5', '/6', '/7']
    const files = Object.fromEntries(paths.map((path, index) => [path, index < 5 ? Readable.from(['x']) : source()]))
    expect(await problems({ configDriveFiles: files })).toEqual(['configDriveFiles holds at most 5 files; found 7'])
    expect([files['/6']?.destroyed, files['/7']?.destroyed, read]).toEqual([true, true, 0])
  })

  it('are all given back where the signal aborts', async () => {
    const controller = new AbortController()
    const stuck = (): Readable => new Readable({ read: () => {} })
    const files = { '/a': stuck(), '/b': stuck() }
    const userData = stuck()
    const ordering = order({ configDriveFiles: files, userData }, { signal: controller.signal })
    const reason = new AmphoraComputeError('time is over', { code: 'deadline-exceeded' })
    controller.abort(reason)
    await expect(ordering).rejects.toBe(reason)
    expect([files['/a'].destroyed, files['/b'].destroyed, userData.destroyed]).toEqual([true, true, true])
  })

  it('of user data alone are given back where the signal aborts', async () => {
    const signal = AbortSignal.abort(new AmphoraComputeError('too late', { code: 'cancelled' }))
    const userData = Readable.from(['x'])
    await expect(order({ userData }, { signal })).rejects.toThrow('too late')
    expect(userData.destroyed).toBe(true)
  })

  it('are not looked for in what is no record of files', async () => {
    expect(await problems({ configDriveFiles: ['x'] })).toEqual([
      'configDriveFiles maps absolute paths to contents; found something else',
    ])
  })
})

describe('secrets of a request', () => {
  const canary = 'canary-7f3a'
  const everywhere: readonly object[] = [
    { userData: canary.repeat(50) },
    { userData: Readable.from([canary, 7]) },
    { userData: Readable.from([canary.repeat(50)]) },
    { configDriveFiles: { '/a': canary.repeat(2_000), b: canary, '/c': new Blob([canary.repeat(2_000)]) } },
    { configDriveFiles: { '/a': { [canary]: canary }, '/b': [canary] } },
    { keys: [canary, `ssh-rsa ${canary}`, `-----BEGIN PRIVATE KEY----- ${canary}`, `${canary}\n`] },
    { configDriveFiles: { '/a': failing() } },
    { flavor: { vcpus: canary }, imageId: `${canary}\n`, secGroups: [`${canary}\n`, { canary }] },
  ]
  function failing(): Readable {
    return new Readable({
      read() {
        this.destroy(Object.assign(new Error(canary), { code: `${canary} x`, data: canary }))
      },
    })
  }

  it.each(everywhere)('%# are in no message, JSON, inspection or stack of the refusal', async (request) => {
    const error = await refusal({ ...request, name: '-' }, { fingerprintKey: canary })
    const shown = [error.message, JSON.stringify(error), inspect(error, { depth: 20, showHidden: true }), error.stack]
    expect(shown.join('\n')).not.toContain(canary)
  })

  it('are in the order only as bytes', async () => {
    const request: BuildRequest = { userData: canary, configDriveFiles: { '/a': canary } }
    const made = await order(request, { fingerprintKey: canary })
    expect(JSON.stringify({ ...made, files: [], userData: undefined })).not.toContain(canary)
  })
})
