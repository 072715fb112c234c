import { createCompute } from '@amphora/core'
import { ironic } from '@amphora/ironic'

const gold = { resourceClass: 'baremetal', traits: ['CUSTOM_GOLD'], capabilities: { boot_option: 'local' } }
const compute = await createCompute({ drivers: { metal: ironic({ cloud: 'metal', flavors: { gold } }) } })

const id = await compute.build({
  name: 'readme',
  type: 'BareMetal',
  flavor: 'gold',
  imageId: 'tag:amphora',
  networkIds: ['50bb70ba-d1d7-4b93-87b9-c59413e7096e'],
  keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhKn1a0oqVb0L3u0X0jX0v6tR2o7m8m3a9eA1xXxXxX ops@example'],
  configDriveFiles: { '/etc/haproxy/haproxy.cfg': 'defaults\n  mode http\n' },
  userData: '#!/bin/sh\nsystemctl restart haproxy\n',
})
const amphora = await compute.waitFor(id, 'active')
console.log(amphora.status.state, amphora.flavor, amphora.addresses[0]?.ip) // active baremetal 10.10.0.2

await compute.delete(id)
await compute.waitFor(id, 'deleted')
await compute.close()
