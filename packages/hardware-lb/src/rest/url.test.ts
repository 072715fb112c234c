import { expect, it } from 'vitest'
import { urlOf } from './url.ts'

const endpoint = new URL('https://box:8443/api/')

it.each([
  [['tenants', 'web'], {}, 'https://box:8443/api/tenants/web'],
  [['f5-tenants:tenant=web,1', '~Common~a'], {}, 'https://box:8443/api/f5-tenants:tenant=web,1/~Common~a'],
  [['a/b', 'c d', '%2e%2e'], {}, 'https://box:8443/api/a%2Fb/c%20d/%252e%252e'],
  [['ns'], { action: 'save', n: 2 }, 'https://box:8443/api/ns?action=save&n=2'],
  [[], {}, 'https://box:8443/api'],
])('%j %j lead to %s', (path, query, url) => {
  expect(urlOf(endpoint, path, query).href).toBe(url)
})

it.each(['', '.', '..'])('refuses the segment %j, which would lead elsewhere', (segment) => {
  expect(() => urlOf(endpoint, ['tenants', segment])).toThrow(TypeError)
})
