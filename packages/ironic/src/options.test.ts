import { InvalidRequestError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { ironic } from './plugin.ts'

function problems(options: unknown): readonly string[] {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-argument, typescript/no-unsafe-type-assertion -- wrong ones too
    ironic(options as never)
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems
    throw error
  }
  return []
}

describe('options', () => {
  it('may all be left out but for the cloud, and survive JSON', () => {
    expect(problems({ cloud: 'east' })).toEqual([])
    const whole = {
      cloud: 'east',
      flavors: {
        gold: {
          resourceClass: 'baremetal',
          traits: ['CUSTOM_GOLD'],
          candidateNodes: ['node-1'],
          capabilities: { boot_option: 'local' },
          rootGb: 10,
        },
      },
      images: {
        haproxy: { source: 'https://images.example/haproxy.raw', hashAlgorithm: 'sha256', hash: 'ab12', rootGb: 4 },
        old: { source: 'file:///images/old.raw', checksum: 'ab', kernel: 'k', ramdisk: 'r' },
        glance: { source: 'ef5703fd-709c-4377-beb0-fc58b90cd596' },
      },
      imageOwner: 'project',
      addressOf: { 'node-1': '192.0.2.1' },
      hardPowerOff: true,
      softPowerOffMs: 120_000,
      pageSize: 100,
    }
    expect(problems(JSON.parse(JSON.stringify(whole)))).toEqual([])
  })

  it('of an Ironic that stands alone need to say where it is', () => {
    const auth = { type: 'none' }
    expect(problems({ auth })).toEqual([expect.stringContaining('endpointOverride')])
    const endpointOverride = { baremetal: 'https://ironic.example:6385' }
    expect(problems({ auth, endpointOverride })).toEqual([])
    const basic = { type: 'http_basic', username: 'u', password: 'p' }
    expect(problems({ auth: basic, endpointOverride })).toEqual([])
  })

  it('that are wrong are all named at once', () => {
    const wrong = { cloud: 1, hardPowerOff: 'yes', pageSize: 0, softPowerOffMs: 1, flavors: { a: { x: 1 } }, what: 1 }
    expect(problems(wrong).join('\n')).toMatch(/cloud[^]*flavors[^]*hardPowerOff[^]*softPowerOffMs[^]*pageSize[^]*what/)
  })

  it('of an image outside Glance need a checksum', () => {
    const of = (image: object): readonly string[] => problems({ cloud: 'east', images: { a: image } })
    const source = 'https://images.example/a.raw'
    expect(of({ source })).toEqual([expect.stringContaining('needs checksum, or hashAlgorithm and hash')])
    expect(of({ source, hash: 'ab' })).toEqual([expect.stringContaining('go together')])
    expect(of({ source, hashAlgorithm: 'sha512', hash: 'ab' })).toEqual([])
    expect(of({ source: 'ef5703fd-709c-4377-beb0-fc58b90cd596' })).toEqual([])
  })
})
