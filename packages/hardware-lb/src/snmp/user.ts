import { ApplianceError } from '../errors.ts'
import type { Secret } from '../inventory/secret.ts'
import type { SnmpUser } from './access.ts'
import type { LibraryUser, SnmpLibrary } from './library.ts'

/** RFC 3414, 11.2. */
const SHORTEST_KEY = 8

/** A user as net-snmp wants it, with the keys read from wherever they lie. */
export async function libraryUser(
  { user: name, auth, priv }: SnmpUser,
  { SecurityLevel, AuthProtocols, PrivProtocols }: SnmpLibrary,
): Promise<LibraryUser> {
  if (auth === undefined) return { name, level: SecurityLevel.noAuthNoPriv }
  const authentic = { authProtocol: AuthProtocols[auth.protocol], authKey: await keyOf(auth.key) }
  if (priv === undefined) return { name, level: SecurityLevel.authNoPriv, ...authentic }
  const hidden = { privProtocol: PrivProtocols[priv.protocol], privKey: await keyOf(priv.key) }
  return { name, level: SecurityLevel.authPriv, ...authentic, ...hidden }
}

async function keyOf(secret: Secret): Promise<string> {
  const key = await secret.read()
  if (key.length >= SHORTEST_KEY) return key
  throw new ApplianceError(
    `a key of an SNMP user has at least ${SHORTEST_KEY} characters; one of the inventory is shorter`,
    {
      verdict: 'unsent',
      code: 'failed-precondition',
      reason: 'hardware/short-snmp-key',
    },
  )
}
