import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { folder } from '../../test/test-host.ts'
import type { Host } from '../host.ts'
import { UsageError } from '../usage-error.ts'
import { gatherRequest, type GatheredRequest } from './gather-request.ts'
import type { RequestFlags } from './request-flags.ts'
import { Sources } from './sources.ts'

const home = folder()
afterAll(() => home.remove())
home.write('a', 'content of a')
home.write('keys', 'ssh-ed25519 AAA\n')

function gather(flags: RequestFlags, stdin = ''): Promise<GatheredRequest> {
  const host = { cwd: home.path, stdin: Readable.from([stdin]) } as unknown as Host
  return gatherRequest(flags, new Sources(host, new AbortController().signal), host)
}

describe('flags alone', () => {
  it('make a whole request', async () => {
    const request = await gather(
      {
        driver: 'east',
        name: 'lb-1',
        type: 'VM',
        flavor: 'vcpus=2',
        image: 'haproxy',
        keyFile: ['keys'],
        secGroup: ['web'],
        network: ['n1', 'n2'],
        port: ['p1'],
        file: ['/etc/a=a', '/etc/b=-'],
        userData: 'a',
        placementGroup: 'g',
        zone: 'z',
      },
      'from stdin',
    )
    expect(request).toEqual({
      driver: 'east',
      name: 'lb-1',
      type: 'VM',
      flavor: { vcpus: 2 },
      imageId: 'haproxy',
      keys: ['ssh-ed25519 AAA'],
      secGroups: ['web'],
      networkIds: ['n1', 'n2'],
      portIds: ['p1'],
      configDriveFiles: { '/etc/a': Buffer.from('content of a'), '/etc/b': Buffer.from('from stdin') },
      userData: Buffer.from('content of a'),
      placementGroupId: 'g',
      availabilityZone: 'z',
    })
  })

  it('that say nothing make an empty one', async () => {
    expect(await gather({})).toEqual({})
  })
})

describe('a request file', () => {
  const whole = [
    'driver: east',
    'name: lb-1',
    'flavor: { memoryMiB: 512 }',
    'keys: [ssh-rsa BBB, { file: keys }]',
    'configDriveFiles:',
    '  /etc/a: { file: a }',
    '  /etc/b: "text with ${NAME}"',
    '  /etc/c: { base64: AP8= }',
    'userData: |',
    '  #cloud-config',
  ].join('\n')

  it('gives contents as text, as base64, and as files beside it', async () => {
    home.write('request.yaml', whole)
    expect(await gather({ request: 'request.yaml' })).toEqual({
      driver: 'east',
      name: 'lb-1',
      flavor: { memoryMiB: 512 },
      keys: ['ssh-rsa BBB', 'ssh-ed25519 AAA'],
      configDriveFiles: {
        '/etc/a': Buffer.from('content of a'),
        '/etc/b': Buffer.from('text with ${NAME}'),
        '/etc/c': Buffer.from([0, 255]),
      },
      userData: Buffer.from('#cloud-config\n'),
    })
  })

  it('gives way to flags, and of files path by path', async () => {
    home.write('request.yaml', whole)
    const request = await gather({ request: 'request.yaml', name: 'lb-2', userData: '-', file: ['/etc/b=a'] }, 'other')
    expect(request).toMatchObject({ driver: 'east', name: 'lb-2', userData: Buffer.from('other') })
    expect(request.configDriveFiles).toMatchObject({ '/etc/b': Buffer.from('content of a') })
    expect(Object.keys(request.configDriveFiles ?? {})).toHaveLength(3)
  })

  it('may come from stdin, and then nothing else may', async () => {
    expect(await gather({ request: '-' }, '{"name": "lb-9"}')).toEqual({ name: 'lb-9' })
    await expect(gather({ request: '-', userData: '-' })).rejects.toThrow('both --user-data and --request ask for it')
  })

  it('is refused with everything that is wrong with its shape', async () => {
    home.write(
      'request.yaml',
      [
        'name: 5',
        'image: x',
        'flavor: [1]',
        'userData: { path: a }',
        'keys: x',
        'configDriveFiles: { /a: { base64: "?" } }',
      ].join('\n'),
    )
    const error: unknown = await gather({ request: 'request.yaml' }).catch((thrown: unknown) => thrown)
    expect(error instanceof UsageError ? error.problems : []).toEqual([
      'line 1: name is a text; put a number between quotes',
      'line 2: image is not known here',
      expect.stringMatching(/^line 3: flavor /),
      'line 4: userData is a text, { file: <path> } or { base64: <text> }',
      'line 5: keys is a list',
      expect.stringMatching(/^line 6: configDriveFiles\./),
    ])
  })

  it('is refused where it is no YAML, without being quoted', async () => {
    home.write('request.yaml', 'userData: "canary')
    const error: unknown = await gather({ request: 'request.yaml' }).catch((thrown: unknown) => thrown)
    expect(error instanceof UsageError ? error.problems.join() : '').toMatch(/^line 1: is not valid YAML here/)
    expect(JSON.stringify(error)).not.toContain('canary')
  })
})
