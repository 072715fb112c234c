import type { BuildOrder } from '@amphora/core'
import { LEAST_MEMORY_MIB, LEAST_VCPUS, sizeOf } from './limits.ts'
import { networkProblem, type Settings } from './options.ts'
import { placedFiles } from './placed-files.ts'

/** Every rule of this driver that an order breaks. Pure; core's own rules are behind it. */
export function orderProblems(order: BuildOrder, settings: Settings): readonly string[] {
  return [
    ...imageProblems(order),
    ...flavorProblems(order, settings),
    ...networkProblems(order),
    ...fileProblems(order, settings),
  ]
}

function* imageProblems({ imageId }: BuildOrder): Iterable<string> {
  if (imageId === undefined || imageId.trim() === '') yield 'imageId is needed: a container is made of an image'
}

function* flavorProblems(order: BuildOrder, settings: Settings): Iterable<string> {
  const { flavor } = order
  const size = sizeOf(order, settings)
  if (typeof flavor === 'string' && size === undefined) {
    const known = Object.keys(settings.flavors).join(', ') || 'none'
    yield `flavor ${JSON.stringify(flavor.slice(0, 80))} is none of the driver's option flavors (there: ${known})`
  }
  const { vcpus, memoryMiB } = size ?? {}
  if (vcpus !== undefined && vcpus < LEAST_VCPUS) yield `flavor.vcpus is at least ${LEAST_VCPUS}; found ${vcpus}`
  if (memoryMiB !== undefined && memoryMiB < LEAST_MEMORY_MIB) {
    yield `flavor.memoryMiB is at least ${LEAST_MEMORY_MIB}; found ${memoryMiB}`
  }
}

/** "host" and "container:…" would put the amphora into somebody else's network namespace. */
function* networkProblems({ networkIds }: BuildOrder): Iterable<string> {
  for (const [index, network] of networkIds.entries()) {
    const problem = networkProblem(network)
    if (problem !== undefined) yield `networkIds[${index}] ${problem}`
  }
  if (new Set(networkIds).size < networkIds.length)
    yield 'networkIds names one of them twice; a container joins each once'
}

function* fileProblems(order: BuildOrder, settings: Settings): Iterable<string> {
  const paths = placedFiles(order, settings).map(({ path }) => path)
  for (const [index, path] of paths.entries()) {
    if (paths.indexOf(path) < index) yield `${JSON.stringify(path)} is written twice, once for keys or userData`
    const above = paths.find((other) => path.startsWith(`${other}/`))
    if (above !== undefined) yield `${JSON.stringify(path)} lies below ${JSON.stringify(above)}, which is a file itself`
  }
}
