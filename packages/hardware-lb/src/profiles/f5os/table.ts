import { snmpText } from '../../snmp/value.ts'
import { textIndex, type GuestTable } from '../../snmp/guest-table.ts'
import { statusOf } from './decode.ts'
import { incarnationOf } from './encode.ts'

const RUNNING_STATES = ['configured', 'provisioned', 'deployed']

/**
 * `tenantStateTable` of F5-OS-TENANT-MIB (confidence: documentation). It does not tell the phases of instances: a tenant
 * that is pending may lack room, so the box itself is asked of that one.
 */
export const table: GuestTable<'name' | 'wanted' | 'hash' | 'is'> = {
  entry: '1.3.6.1.4.1.12276.1.5.1.1.1.1',
  columns: { name: 1, wanted: 13, hash: 16, is: 23 },
  indexOf: textIndex,
  read: ({ name: nameBytes, wanted, hash: hashBytes, is: isBytes }) => {
    const name = snmpText(nameBytes)
    const hash = snmpText(hashBytes)
    const is = snmpText(isBytes)
    if (name === undefined || name === '' || hash === undefined || hash === '' || is === 'Pending') return undefined
    const status = statusOf(typeof wanted === 'number' ? RUNNING_STATES[wanted] : undefined, is === '' ? undefined : is)
    return { key: name, name, incarnation: incarnationOf(hash), status }
  },
}
