import { ApplianceError } from '../../errors.ts'
import type { Login } from '../../rest/request.ts'
import { rootOf } from './client.ts'

const MINUTE_MS = 60_000

/**
 * A token comes in a header of an answer to HTTP Basic, and cannot be given back (clouddocs.f5.com, VELOS API; confidence:
 * documentation). F5OS 2.0 answers good credentials with 401 where it is asked too often (terraform-provider-f5os;
 * vendor-code): that is why refused ones rest.
 */
export function loginOf(endpoint: URL, lifetimeMinutes: number): Login {
  return {
    login: async ({ username, password, signal, send }) => {
      const basic = Buffer.from(`${username}:${password}`).toString('base64')
      const step = 'log in'
      const answer = await send({
        method: 'GET',
        path: [...rootOf(endpoint), 'openconfig-system:system', 'aaa'],
        headers: { authorization: `Basic ${basic}` },
        step,
        signal,
      })
      const value = answer.header('x-auth-token')
      if (value !== undefined && value !== '') return { value, lifeMs: lifetimeMinutes * MINUTE_MS }
      throw new ApplianceError('F5OS was asked to log in and gave no token; is the endpoint a RESTCONF interface?', {
        verdict: 'refused',
        code: 'internal',
        reason: 'f5os/no-token',
      })
    },
    headers: (token) => ({ 'x-auth-token': token }),
  }
}
