import { expect, it } from 'vitest'
import { dependenciesOf } from './guest-ramdisk.ts'

it.each([
  ['license=GPL\0depends=scsi_mod,cdrom,scsi_common\0retpoline=Y\0', ['scsi_mod', 'cdrom', 'scsi_common']],
  ['license=GPL\0depends=libata\0', ['libata']],
  ['license=GPL\0depends=\0name=nls_utf8\0', []],
  ['no module', []],
])('reads what a module depends on from %j', (section, names) => {
  expect(dependenciesOf(Buffer.concat([Buffer.from([127, 69, 76, 70]), Buffer.from(section)]))).toEqual(names)
})
