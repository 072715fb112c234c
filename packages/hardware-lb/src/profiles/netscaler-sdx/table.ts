import type { GuestTable } from '../../snmp/guest-table.ts'
import { snmpText } from '../../snmp/value.ts'
import { statusOf } from './decode.ts'

/**
 * SDX-ROOT-MIB, `netscalerTable` (documentation). Its rows are ordered by addresses and know no id of NITRO's, so no status
 * is read from it: it only shows that something has changed.
 */
export const table: GuestTable<'name' | 'description' | 'instance' | 'vm'> = {
  entry: '1.3.6.1.4.1.5951.6.3.2.1',
  columns: { name: 6, description: 12, instance: 15, vm: 18 },
  read: ({ name: nameBytes, description, instance, vm }, index) => {
    const name = snmpText(nameBytes)
    if (name === undefined || name === '') return undefined
    return { key: index, name, mark: snmpText(description), status: statusOf(snmpText(vm), snmpText(instance)) }
  },
}
