import { describe, expect, it } from 'vitest'
import { explainRefusal, refusals, STEPS } from './refusals.ts'

const UNEXPECTED =
  'Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.'

describe('a sentence of Nova', () => {
  const rows = [
    [
      STEPS.create,
      403,
      'Quota exceeded for cores, instances: Requested 50, 50, but already used 7',
      'resource-exhausted',
      'nova/quota',
    ],
    [STEPS.create, 403, 'Personality file limit exceeded', 'invalid-argument', 'nova/files'],
    [STEPS.create, 400, 'Can not find requested image', 'not-found', 'nova/no-such-image'],
    [STEPS.create, 400, 'Flavor 999 could not be found.', 'not-found', 'nova/no-such-flavor'],
    [STEPS.create, 400, 'Network 1111 could not be found.', 'not-found', 'nova/no-such-network'],
    [STEPS.create, 400, 'Port id 1111 could not be found.', 'not-found', 'nova/no-such-port'],
    [STEPS.create, 403, 'Maximum number of ports exceeded', 'resource-exhausted', 'nova/port-quota'],
    [STEPS.create, 403, 'Quota exceeded, too many servers in group', 'resource-exhausted', 'nova/quota'],
    [STEPS.create, 400, 'Security group nosuch not found.', 'not-found', 'nova/no-such-security-group'],
    [
      STEPS.create,
      400,
      "Unable to find security_group with name or id 'nosuch'",
      'not-found',
      'nova/no-such-security-group',
    ],
    [STEPS.create, 400, 'Instance group 1111 could not be found.', 'not-found', 'nova/no-such-group'],
    [STEPS.create, 400, 'The requested availability zone is not available', 'not-found', 'nova/no-such-zone'],
    [STEPS.create, 400, 'Invalid key_name provided.', 'not-found', 'nova/no-such-key'],
    [STEPS.create, 400, "Flavor's disk is too small for requested image.", 'invalid-argument', 'nova/flavor-too-small'],
    [STEPS.create, 409, 'Port 1111 is still in use.', 'failed-precondition', 'nova/port-in-use'],
    [
      STEPS.create,
      409,
      'Multiple possible networks found, use a Network ID to be more specific.',
      'invalid-argument',
      'nova/networks-needed',
    ],
    [STEPS.attach, 400, 'Port 1111 is still in use.', 'failed-precondition', 'nova/port-in-use'],
    [STEPS.attach, 409, 'Port 1111 is still in use.', 'failed-precondition', 'nova/port-in-use'],
    [STEPS.attach, 400, 'No fixed IP addresses available for network: 1111', 'resource-exhausted', 'nova/no-address'],
    [STEPS.attach, 400, 'Failed to claim PCI device', 'resource-exhausted', 'nova/no-device'],
    [STEPS.attach, 400, 'Network 1111 could not be found.', 'not-found', 'nova/no-such-network'],
    [STEPS.attach, 404, 'Network 1111 could not be found.', 'not-found', 'nova/no-such-network'],
    [STEPS.attach, 403, 'Maximum number of ports exceeded', 'resource-exhausted', 'nova/port-quota'],
    [
      STEPS.attach,
      409,
      'Fixed IP address 10.0.0.1 is already in use on instance 1111.',
      'failed-precondition',
      'nova/address-in-use',
    ],
    [STEPS.attach, 409, 'Fixed IP 10.0.0.1 is already in use.', 'failed-precondition', 'nova/address-in-use'],
    [
      STEPS.attach,
      500,
      `${UNEXPECTED} <class 'nova.exception.InvalidInput'>`,
      'invalid-argument',
      'nova/foreign-address',
    ],
    [STEPS.createGroup, 403, 'Quota exceeded, too many server groups.', 'resource-exhausted', 'nova/group-quota'],
  ] as const

  it.each(rows)('at "%s", %i: %s', (step, status, said, code, reason) => {
    expect(explainRefusal({ step, status, said, word: status === 404 ? 'itemNotFound' : undefined })).toMatchObject({
      code,
      reason,
    })
  })

  it('stands in a row of this test for each row of the table', () => {
    const unread = refusals.filter(
      (row) => !rows.some(([step, status, said]) => row.step === step && row.status === status && row.says.test(said)),
    )
    expect(unread).toEqual([])
  })

  it('decides nothing at another step, with another status, or where it says something else', () => {
    for (const refusal of [
      { step: STEPS.show, status: 403, said: 'Quota exceeded' },
      { step: STEPS.create, status: 400, said: 'Quota exceeded' },
      { step: STEPS.create, status: 403, said: "Policy doesn't allow it" },
      { step: STEPS.create, status: 403 },
    ]) {
      expect(explainRefusal(refusal)).toBeUndefined()
    }
  })
})

describe('a 404', () => {
  it('is an absence only in the words of Nova; what else answers it proves nothing', () => {
    expect(
      explainRefusal({ step: STEPS.show, status: 404, word: 'itemNotFound', said: 'Instance could not be found.' }),
    ).toBeUndefined()
    for (const word of [undefined, 'error']) {
      expect(explainRefusal({ step: STEPS.show, status: 404, word })).toMatchObject({
        code: 'unavailable',
        reason: 'nova/not-nova',
      })
    }
  })
})
