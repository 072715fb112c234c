import { describe, expect, it } from 'vitest'
import { versionDocument, type Recorded } from '../../test/fixture.ts'
import { microversionHeader, negotiate, readRange } from './microversion.ts'

const read = ({ headers, body }: Pick<Recorded, 'headers' | 'body'>): ReturnType<typeof readRange> => {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return readRange({ body, header: (name) => lower[name] })
}

describe('a version document', () => {
  it.each([
    ['nova', { lowest: '2.1', highest: '2.93' }],
    ['ironic', { lowest: '1.1', highest: '1.82' }],
    ['ironic root', { lowest: '1.1', highest: '1.82' }],
    ['nova without microversions', 'none'],
    ['nova root', undefined],
    ['glance', undefined],
    ['keystone', undefined],
  ])('of the recorded %s says %j', (name, range) => {
    expect(read(versionDocument(name))).toEqual(range)
  })

  it('says it in headers alone', () => {
    const headers = {
      'X-OpenStack-Ironic-API-Minimum-Version': '1.1',
      'X-OpenStack-Ironic-API-Maximum-Version': '1.94',
    }
    expect(read({ headers, body: undefined })).toEqual({ lowest: '1.1', highest: '1.94' })
  })

  it.each([
    { version: { id: 'v2.1', version: 'latest', min_version: '2.1' } },
    { version: { id: 'v2.1', version: '2.93\r\nx: y', min_version: '2.1' } },
    { version: '2.93' },
    [],
    null,
  ])('%j says nothing that can be read', (body) => {
    expect(read({ headers: {}, body })).toBeUndefined()
  })
})

describe('the microversion in use', () => {
  const ours = { header: 'openstack', highest: '2.79', floor: '2.9' } as const

  it.each([
    ['2.1', '2.93', '2.79'],
    ['2.1', '2.79', '2.79'],
    ['2.1', '2.60', '2.60'],
    ['2.1', '2.9', '2.9'],
    ['2.79', '2.100', '2.79'],
    ['1.1', '3.1', '2.79'],
  ])('of %s to %s is %s', (lowest, highest, chosen) => {
    expect(negotiate({ lowest, highest }, ours, 'Nova', 'nova')).toBe(chosen)
  })

  it.each([
    ['2.1', '2.8'],
    ['2.80', '2.93'],
    ['1.1', '1.99'],
  ])('of %s to %s is none', (lowest, highest) => {
    expect(() => negotiate({ lowest, highest }, ours, 'Nova', 'nova')).toThrow(
      expect.objectContaining({
        code: 'failed-precondition',
        reason: 'nova/microversion',
        verdict: 'unsent',
        message: `Nova has the microversions ${lowest} to ${highest}, and one of 2.9 to 2.79 is needed`,
      }),
    )
  })

  it('is asked for as each service wants it', () => {
    expect(microversionHeader('openstack', 'compute', '2.79')).toEqual({ 'openstack-api-version': 'compute 2.79' })
    expect(microversionHeader('ironic', 'baremetal', '1.82')).toEqual({ 'x-openstack-ironic-api-version': '1.82' })
  })
})
