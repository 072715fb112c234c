import { createCompute } from '@amphora/core'
import { noop } from '@amphora/noop' // or docker from '@amphora/docker', or your own

const compute = await createCompute({ drivers: { local: noop({}) } })

const id = await compute.build({
  type: 'Container',
  name: 'web-1',
  imageId: 'haproxy:3.2',
  flavor: { vcpus: 1, memoryMiB: 256 },
  configDriveFiles: { '/usr/local/etc/haproxy/haproxy.cfg': 'frontend web\n  bind :80\n' },
}) // 'local/…', as soon as the backend has accepted it

const amphora = await compute.waitFor(id, 'active')
console.log(amphora.name, amphora.status.state)

await compute.suspend(id)
await compute.waitFor(id, 'suspended')
await compute.resume(id)
await compute.delete(id)
await compute.close()
