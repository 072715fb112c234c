// What a bundled program does: the driver registered itself, and errors keep their names and classes.
// oxlint-disable-next-line import/no-unassigned-import -- its side effect is what is tried
import '@amphora/noop/register'
import { AmphoraComputeError, DeleteFailed, InvalidRequestError, createCompute, registry } from '@amphora/core'

const compute = await createCompute({ drivers: { stranger: registry.get('noop')({}) } })
const id = await compute.build({ type: 'VM', name: 'lb' })
const { status } = await compute.waitFor(id, 'active')
await compute.delete(id)
const error = await compute.build({ type: 'VM', name: 'no name at all' }).catch((refusal) => refusal)
await compute.close()

console.log(
  JSON.stringify({
    registered: [...registry].map((plugin) => plugin.definition.name),
    state: status.state,
    error: {
      name: error.name,
      code: error.code,
      isInvalidRequest: error instanceof InvalidRequestError,
      isOurs: error instanceof AmphoraComputeError,
      isOther: error instanceof DeleteFailed,
    },
  }),
)
