import type { GuestTable } from '../../snmp/guest-table.ts'
import { snmpText } from '../../snmp/value.ts'
import { statusOf } from './decode.ts'

const VM_STATUSES = [
  'unknown',
  'created',
  'stopped',
  'starting',
  'running',
  'stopping',
  'installing',
  'deleted',
  'failed',
  'inactive',
]

/**
 * `sysVcmpStatTable` of F5-BIGIP-SYSTEM-MIB (confidence: documentation), with a row for each slot of a guest. It does not
 * tell whose a guest is, nor what is wanted of it: it only shows that something has changed.
 */
export const table: GuestTable<'name' | 'vmStatus'> = {
  entry: '1.3.6.1.4.1.3375.2.1.13.4.2.1',
  columns: { name: 1, vmStatus: 4 },
  read: ({ name: nameBytes, vmStatus }) => {
    const name = snmpText(nameBytes)
    if (name === undefined || name === '') return undefined
    const status = typeof vmStatus === 'number' ? (VM_STATUSES[vmStatus] ?? `status ${vmStatus}`) : 'untold'
    return { key: name, name, status: statusOf('deployed', [{ status, isComplete: undefined }]) }
  },
}
