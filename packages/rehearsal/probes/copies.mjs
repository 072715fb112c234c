// Three copies of core in one program: the one that the driver has beside it, and two more.
import * as beside from '@amphora/core'
// oxlint-disable-next-line import/no-unassigned-import -- its side effect is what is tried
import '@amphora/noop/register'
import * as first from 'first-core'
import * as second from 'second-core'

const compute = await second.createCompute({ drivers: { stranger: first.registry.get('noop')({}) } })
const id = await compute.build({ type: 'VM', name: 'lb' })
const refusals = await Promise.all([
  // Thrown by the second copy, by the driver over the copy beside it, and by the copy beside it for the first's sake.
  compute.build({ type: 'VM', name: 'no name at all' }).catch((error) => error),
  compute.status('stranger/no-such-amphora').catch((error) => error),
  compute.resume(id).catch((error) => error),
])
await compute.delete(id)
await compute.close()

const copies = [beside, first, second]
console.log(
  JSON.stringify({
    areCopies: new Set(copies.map((core) => core.AmphoraComputeError)).size === copies.length,
    registries: copies.map((core) => [...core.registry].map((plugin) => plugin.definition.name)),
    refusals: refusals.map((error) => ({
      name: error.name,
      isOurs: copies.map((core) => error instanceof core.AmphoraComputeError),
      isNamed: copies.map((core) => error instanceof core[error.name]),
      isOther: copies.map((core) => error instanceof core.DeleteFailed),
    })),
  }),
)
