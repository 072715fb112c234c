import { numberOf, own, textOf } from '@amphora/http'
import type { Login } from '../../rest/request.ts'
import { unreadable } from './errors.ts'

/** Seconds, where the answer does not say. */
const DEFAULT_LIFE = 1_200

/**
 * A token holds for 1200 s unless it is given back, and a user has about 100 at most (community.f5.com, iControl REST
 * Authentication Token Management; confidence: documentation).
 */
export const login: Login = {
  login: async ({ username, password, signal, send }) => {
    const step = 'log in'
    const { body } = await send({
      method: 'POST',
      path: ['mgmt', 'shared', 'authn', 'login'],
      json: { username, password, loginProviderName: 'tmos' },
      step,
      signal,
    })
    const token = own(body, 'token')
    const value = textOf(own(token, 'token'))
    if (value === undefined) throw unreadable(step)
    return { value, lifeMs: (numberOf(own(token, 'timeout')) ?? DEFAULT_LIFE) * 1_000 }
  },
  headers,
  // A token can be given back by its owner alone.
  logout: (token, { send, signal }) =>
    send({
      method: 'DELETE',
      path: ['mgmt', 'shared', 'authz', 'tokens', token],
      headers: headers(token),
      step: 'log out',
      signal,
    }),
}

function headers(token: string): Readonly<Record<string, string>> {
  return { 'x-f5-auth-token': token }
}
