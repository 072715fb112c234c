import { describe, expect, it } from 'vitest'
import {
  configuredIn,
  configuredListIn,
  freeIdsIn,
  guestOf,
  knownIn,
  signatureIn,
  statusOf,
  versionIn,
} from './decode.ts'

/** The shapes of acos-client and terraform-provider-thunder (vendor-code); values made up. */
const configured = {
  'partition-name': 'lb-one',
  id: 7,
  'application-type': 'adc',
  'user-tag': 'amphora:ops:0123456789abcdef:nonce123',
  uuid: '8f5c3a52-0000-11ee-8a3e-000c29000000',
}
const listed = {
  'partition-name': 'lb-one',
  'partition-id': 7,
  'partition-type': 'L3V',
  'parent-l3v': '',
  'app-type': 'ADC',
  'admin-count': 0,
  status: 'Active',
}

describe('the state of a partition', () => {
  it.each([
    ['Active', 'active'],
    ['active', 'active'],
    ['Not-Active', 'error'],
    ['Non-Active', 'error'],
    ['Inactive', 'error'],
    ['untold', 'unknown'],
    ['Radioactive', 'unknown'],
  ])('%s is %s', (word, state) => {
    expect(statusOf(word)).toMatchObject({ state, raw: word })
  })

  it('says why it has failed', () => {
    expect(statusOf('Not-Active')).toMatchObject({ reason: 'a10-l3v/not-active', fault: expect.any(String) })
  })

  it('is building while the table does not list it', () => {
    expect(statusOf(undefined)).toEqual({ state: 'building', raw: 'unlisted' })
  })
})

describe('a partition', () => {
  const partition = { name: 'lb-one', id: 7, tag: configured['user-tag'] }

  it('has its name and its id as its key, and its tag as its mark', () => {
    const guest = guestOf(partition, { name: 'lb-one', id: 7, status: 'Active' })
    expect(guest).toMatchObject({ key: 'lb-one~7', name: 'lb-one', mark: configured['user-tag'], addresses: [] })
    expect(guest.status.state).toBe('active')
  })

  it('does not get the state of another that has had its name', () => {
    expect(guestOf(partition, { name: 'lb-one', id: 8, status: 'Active' }).status.state).toBe('building')
  })

  it('is to be saved whenever its build is repeated', () => {
    expect(guestOf(partition, undefined).isUnfinished).toBe(true)
  })
})

describe('an answer', () => {
  it('tells one partition', () => {
    expect(configuredIn({ partition: configured })).toEqual({ name: 'lb-one', id: 7, tag: configured['user-tag'] })
    expect(configuredIn({ partition: { ...configured, id: '7', 'user-tag': undefined } })).toEqual({
      name: 'lb-one',
      id: 7,
      tag: undefined,
    })
  })

  it.each([
    undefined,
    null,
    [],
    {},
    { partition: 'lb-one' },
    { partition: { id: 7 } },
    { partition: { ...configured, id: -1 } },
  ])('that is no partition is none: %j', (body) => {
    expect(configuredIn(body)).toBeUndefined()
  })

  it('tells all of them, or none where one cannot be read', () => {
    expect(configuredListIn({ 'partition-list': [configured] })).toHaveLength(1)
    expect(configuredListIn({ 'partition-list': [configured, { id: 8 }] })).toBeUndefined()
    expect(configuredListIn({ 'partition-list': {} })).toBeUndefined()
    expect(configuredListIn({})).toEqual([])
  })

  it('tells what the box knows, without the shared partition', () => {
    const all = [listed, { ...listed, 'partition-name': 'shared', 'partition-id': 0 }]
    expect(knownIn({ 'partition-all': { oper: { 'partition-list': all } } })).toEqual([
      { name: 'lb-one', id: 7, status: 'Active' },
    ])
  })

  it('without a list of what the box knows means that there is none, without a table nothing', () => {
    expect(knownIn({ 'partition-all': { oper: { 'active-partition-count': 0 } } })).toEqual([])
    expect(knownIn({ 'partition-all': {} })).toBeUndefined()
    expect(knownIn({ 'partition-all': { oper: { 'partition-list': [{ status: 'Active' }] } } })).toBeUndefined()
  })

  it('tells the free ids, which are texts, both ends included', () => {
    const ranges = [
      { start: '2', end: '4' },
      { start: 9, end: 9 },
    ]
    expect(freeIdsIn({ 'partition-available-id': { oper: { 'range-list': ranges } } })).toEqual([2, 3, 4, 9])
    expect(freeIdsIn({ 'partition-available-id': { oper: {} } })).toEqual([])
  })

  it.each([{}, { 'partition-available-id': {} }, rangeFrom('4', '2'), rangeFrom('1', '99999'), rangeFrom('a', 'b')])(
    'whose ranges cannot be believed tells nothing: %j',
    (body) => {
      expect(freeIdsIn(body)).toBeUndefined()
    },
  )

  it('tells a signature that can stand in a header', () => {
    const answer = (signature: unknown): unknown => ({ authresponse: { signature, description: 'the signature' } })
    expect(signatureIn(answer('ea697a2bc0eb6ec9a1ec7723a3c9b0'))).toBe('ea697a2bc0eb6ec9a1ec7723a3c9b0')
    for (const bad of ['', 'a b', 'a\r\nx: y', 7, undefined]) expect(signatureIn(answer(bad))).toBeUndefined()
  })

  it('tells the version in whatever words', () => {
    const answer = (text: unknown): unknown => ({ version: { oper: { 'sw-version': text } } })
    expect(versionIn(answer('5.2.1-p4, build 71 (Jun-23-2022,11:58)'))).toBe('5.2.1-p4')
    expect(versionIn(answer('64-bit Advanced Core OS (ACOS) version 4.1.4-GR1-P5, build 81'))).toBe('4.1.4-GR1-P5')
    expect(versionIn(answer(undefined))).toBeUndefined()
  })
})

function rangeFrom(start: string, end: string): unknown {
  return { 'partition-available-id': { oper: { 'range-list': [{ start, end }] } } }
}
