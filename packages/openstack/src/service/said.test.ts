import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusal, refusalNames } from '../../test/fixture.ts'
import { saidBy } from './said.ts'

describe('what a service says', () => {
  it.each([
    ['keystone 401 wrong password', 'error', 'The request you have made requires authentication.'],
    ['keystone 404', 'error', 'Could not find user: nosuch.'],
    ['keystone 404 of an expired token', 'error', 'Failed to validate token'],
    ['nova 400 echoing user data', 'badRequest', 'Invalid input for field/attribute user_data.'],
    ['nova 400 echoing a server', 'badRequest', 'Invalid input for field/attribute server.'],
    ['nova 400 unknown flavor', 'badRequest', 'Flavor 999 could not be found.'],
    ['nova 401', 'error', 'The request you have made requires authentication.'],
    [
      'nova 403 quota',
      'forbidden',
      'Quota exceeded for cores, instances: Requested 50, 50, but already used 7, 7 of 20, 10 cores, instances',
    ],
    [
      'nova 403 policy',
      'forbidden',
      "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants to be performed.",
    ],
    ['nova 404', 'itemNotFound', 'Instance 11111111-1111-1111-1111-111111111111 could not be found.'],
    ['nova 406', 'computeFault', 'Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.93.'],
    [
      'nova 409',
      'conflictingRequest',
      "Cannot 'resume' instance 15d64a1f-dc66-4ee0-8a05-817616211f62 while it is in vm_state active",
    ],
    ['nova 300', undefined, undefined],
    ['glance 404', 'Not Found', 'No image found with ID 11111111-1111-1111-1111-111111111111'],
    ['neutron 401', 'error', 'The request you have made requires authentication.'],
    [
      'ironic 400',
      'Client',
      'The requested action "active" can not be performed on node "a535c49f-c45d-48b4-a120-8899169c52e2" while it is in state "enroll".',
    ],
    ['ironic 404', 'Client', 'Node 11111111-1111-1111-1111-111111111111 could not be found.'],
    ['ironic 405', 'Method Not Allowed', 'The API version does not allow allocations'],
    [
      'ironic 406',
      'Not Acceptable',
      'Version 1.999 was requested but the minor version is not supported by this service. The supported version range is: [1.1, 1.82].',
    ],
    [
      'ironic 409',
      'Client',
      'Node bab50c07-dfd4-48db-9ece-fcd9c64833d6 is locked by host ironic, please retry after the current operation is completed.',
    ],
    ['ironic 500', 'Server', expect.stringMatching(/^Failed to process allocation .{171}$/)],
    [
      'ironic 400 bad field',
      'Client',
      "Schema error for node: Additional properties are not allowed ('bogus' was unexpected)",
    ],
    ['ironic 403', 'Client', 'Access was denied to the following resource: baremetal:node:create'],
  ])('in the recorded %s is %s: %s', (name, word, message) => {
    expect(saidBy(refusal(name).body)).toEqual({ word, message })
  })

  it('is tested with everything that is recorded', () => {
    expect(refusalNames).toHaveLength(23)
  })

  it.each([
    [
      { NeutronError: { type: 'IpAddressGenerationFailure', message: 'No more IP addresses', detail: '' } },
      'IpAddressGenerationFailure',
    ],
    [{ error_message: { faultcode: 'Client', faultstring: 'No more IP addresses' } }, 'Client'],
    [{ error_message: 'No more IP addresses' }, undefined],
    [{ errors: [{ code: 'x.y', title: 'No', detail: 'No more IP addresses' }] }, 'x.y'],
    [{ message: 'No more\n<br />  IP\taddresses ' }, undefined],
    [{ badRequest: { message: 'No more IP addresses Value: canary' } }, 'badRequest'],
  ])('%j is read', (body, word) => {
    expect(saidBy(body)).toEqual({ word, message: 'No more IP addresses' })
  })

  it.each([
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { a: 1 },
    { a: { b: 1 } },
    { error_message: 7 },
    { message: [] },
    { badRequest: { message: '' } },
  ])('%j says nothing', (body) => {
    expect(saidBy(body).message).toBeUndefined()
  })

  it('is at most 200 characters on one line, whatever came', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary' }), (body, text) => {
        for (const said of [saidBy(body), saidBy({ message: text }), saidBy({ error_message: text })]) {
          expect((said.message ?? '').length).toBeLessThanOrEqual(200)
          expect(said.message ?? '').not.toMatch(/[\p{Cc}]/u)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('holds nothing of what stands behind "Value:"', () => {
    fc.assert(
      fc.property(fc.string(), (before) => {
        const { message } = saidBy({ badRequest: { message: `${before} Value: canary` } })
        expect(message ?? '').not.toContain('canary')
      }),
    )
  })
})
