import { createCompute } from '@amphora/core'
import { nova } from '@amphora/nova'

const compute = await createCompute({ drivers: { east: nova({ cloud: 'east' }) } })

const id = await compute.build({
  name: 'readme',
  imageId: 'tag:amphora',
  flavor: { vcpus: 1, memoryMiB: 1024 },
  networkIds: ['50bb70ba-d1d7-4b93-87b9-c59413e7096e'],
  keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhKn1a0oqVb0L3u0X0jX0v6tR2o7m8m3a9eA1xXxXxX ops@example'],
  configDriveFiles: { '/etc/haproxy/haproxy.cfg': 'defaults\n  mode http\n' },
  userData: '#!/bin/sh\nsystemctl restart haproxy\n',
})
const amphora = await compute.waitFor(id, 'active')
console.log(amphora.status.state, amphora.flavor, amphora.addresses[0]?.ip) // active m1.small 10.10.0.2

await compute.delete(id)
await compute.waitFor(id, 'deleted')
await compute.close()
