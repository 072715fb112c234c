import { describe, expect, it } from 'vitest'
import { compareRecordings, differences } from './compare.ts'
import type { Exchange } from './exchange.ts'

const A = '15d64a1f-dc66-4ee0-8a05-817616211f62'
const B = '2785d8ab-a430-4faa-b203-d08a4c0334eb'

function exchange(status: number, body: unknown, headers: Record<string, string> = {}, path = '/x'): Exchange {
  return { request: { method: 'GET', path, headers: {}, body: null }, response: { status, headers, body } }
}

describe('differences', () => {
  it.each<[string, Exchange, Exchange]>([
    ['ids', exchange(200, { id: A }, {}, `/x/${A}`), exchange(200, { id: B }, {}, `/x/${B}`)],
    [
      'origins',
      exchange(200, {}, { location: 'http://127.0.0.1:1/x' }),
      exchange(200, {}, { location: 'http://127.0.0.1:2/x' }),
    ],
    ['dates and connections', exchange(200, {}, { date: 'Mon', connection: 'close' }), exchange(200, {})],
    ['values that tell nothing', exchange(200, { updated: 'a' }), exchange(200, { updated: 'b' })],
    ['what the caller named', exchange(200, { addresses: { net1: [] } }), exchange(200, { addresses: { front: [] } })],
    ['an empty list', exchange(200, { rows: [] }), exchange(200, { rows: [{ id: A }] })],
    ['ids in a refusal', exchange(404, { message: `no ${A}` }), exchange(404, { message: `no ${B}` })],
    [
      'numbers of a quota',
      exchange(403, { message: 'Quota exceeded for cores: 7 of 20' }),
      exchange(403, { message: 'Quota exceeded for cores: 8 of 20' }),
    ],
  ])('passes over %s', (_what, kept, fresh) => {
    expect(differences(kept, fresh)).toEqual([])
  })

  it.each<[string, Exchange, Exchange, string]>([
    ['another status', exchange(200, {}), exchange(202, {}), 'status: 200, now 202 {}'],
    ['a missing header', exchange(200, {}, { vary: 'x' }), exchange(200, {}), 'header vary: x, now absent'],
    ['another header', exchange(200, {}, { vary: 'x' }), exchange(200, {}, { vary: 'y' }), 'header vary: x, now y'],
    [
      'a new header',
      exchange(200, {}),
      exchange(200, {}, { 'x-openstack-request-id': 'req-1' }),
      'header x-openstack-request-id: absent, now req-1',
    ],
    ['a missing key', exchange(200, { a: { b: 1 } }), exchange(200, { a: {} }), 'body.a.b: number, now absent'],
    ['another type', exchange(200, { a: 1 }), exchange(200, { a: 'x' }), 'body.a: number, now string'],
    [
      'null for text',
      exchange(200, { rows: [{ a: 'x' }] }),
      exchange(200, { rows: [{ a: null }] }),
      'body.rows[].a: string, now null',
    ],
    [
      'another state',
      exchange(200, { status: 'ACTIVE' }),
      exchange(200, { status: 'ERROR' }),
      'body.status: = "ACTIVE", now = "ERROR"',
    ],
    [
      'another sentence',
      exchange(404, { message: 'a' }),
      exchange(404, { message: 'b' }),
      'body: {"message":"a"}, now {"message":"b"}',
    ],
    ['another request', exchange(200, {}), exchange(200, {}, {}, '/y'), 'request: GET /x, now GET /y null'],
  ])('tells of %s', (_what, kept, fresh, told) => {
    expect(differences(kept, fresh)).toEqual([told])
  })
})

it('compareRecordings tells by name, and of what only one has', () => {
  const [kept, fresh] = [exchange(200, {}), exchange(202, {})]
  expect(
    compareRecordings({ same: kept, changed: kept, gone: kept }, { same: kept, changed: fresh, new: fresh }),
  ).toEqual({
    changed: ['status: 200, now 202 {}'],
    gone: ['it was not recorded again'],
    new: ['there is no such recording'],
  })
})
