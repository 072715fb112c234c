import type { Login } from '../../rest/request.ts'
import { sessionIn } from './decode.ts'
import { isExpired, LOGIN, unreadable } from './errors.ts'

/**
 * A session by the `login` resource, shown as the cookie `NITRO_AUTH_TOKEN`, never beside `X-NITRO-USER`, and ended by
 * deleting the resource (the SDX manual, "REST web services"; documentation). It ends when it is idle, so it is kept until
 * the SDX refuses it.
 */
export function loginAt(root: readonly string[]): Login {
  const path = [...root, 'login']
  return {
    login: async ({ username, password, send, signal }) => {
      const { body } = await send({
        method: 'POST',
        path,
        json: { login: { username, password } },
        step: LOGIN,
        signal,
      })
      const value = sessionIn(body)
      if (value === undefined) throw unreadable(LOGIN)
      return { value }
    },
    headers,
    logout: (token, { send, signal }) =>
      send({ method: 'DELETE', path, headers: headers(token), step: 'log off', signal }),
    isExpired,
  }
}

function headers(token: string): Readonly<Record<string, string>> {
  return { cookie: `NITRO_AUTH_TOKEN=${token}` }
}
