import type { ReportedStatus } from '@amphora/core'
import { textIndex, type GuestTable } from '../../snmp/guest-table.ts'
import { snmpText } from '../../snmp/value.ts'
import { elsewhere } from './decode.ts'

/**
 * Caddy has no agent of its own. This is the table that a helper behind Net-SNMP's snmpd serves from its configuration,
 * below the enterprise number of examples (RFC 5612): `name`, `state`, and the `@id`, which tells whose tenant it is.
 */
export const table: GuestTable<'name' | 'state' | 'idText'> = {
  entry: '1.3.6.1.4.1.32473.1.1.1',
  columns: { name: 1, state: 2, idText: 3 },
  indexOf: textIndex,
  read: ({ name: nameBytes, state, idText: idBytes }) => {
    const name = snmpText(nameBytes)
    const idText = snmpText(idBytes)
    if (name === undefined || name === '' || idText === undefined) return undefined
    const at = idText.indexOf('@')
    const mark = at < 0 ? idText : idText.slice(0, at)
    return { key: name, name, mark, status: statusOf(state, at < 0 ? '' : idText.slice(at + 1)) }
  },
}

function statusOf(state: unknown, address: string): ReportedStatus {
  switch (state) {
    case 1:
      return { state: 'active', raw: 'listening' }
    case 2:
      return { state: 'suspended', raw: 'not listening' }
    case 3:
      return elsewhere(address)
    case 4:
      return { state: 'building', raw: 'without routes' }
    default:
      return { state: 'unknown', raw: `state ${String(state)}` }
  }
}
