import type { Login } from '../../rest/request.ts'
import { signatureIn } from './decode.ts'
import { isExpired, LOGIN, unreadable } from './errors.ts'

const ROOT = ['axapi', 'v3']

/**
 * A session by `/auth`, shown as `Authorization: A10 <signature>`, and given back by `/logoff` (the aXAPI reference, "Start
 * Here"; documentation). It ends when it is idle, not after a time, so it is kept until the box refuses it.
 */
export const login: Login = {
  login: async ({ username, password, send, signal }) => {
    const json = { credentials: { username, password } }
    const { body } = await send({ method: 'POST', path: [...ROOT, 'auth'], json, step: LOGIN, signal })
    const value = signatureIn(body)
    if (value === undefined) throw unreadable(LOGIN)
    return { value }
  },
  headers,
  logout: (token, { send, signal }) =>
    send({ method: 'POST', path: [...ROOT, 'logoff'], headers: headers(token), step: 'log off', signal }),
  isExpired,
}

function headers(token: string): Readonly<Record<string, string>> {
  return { authorization: `A10 ${token}` }
}
