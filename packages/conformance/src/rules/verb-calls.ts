import type { Amphora, CallOptions } from '@amphora/core'
import type { Verb } from '../backend-control.ts'
import type { Judged, Scene } from '../run/scene.ts'

/** How a caller makes a driver carry out a verb on an amphora. */
export function callOf(
  verb: Verb,
  scene: Scene,
  { id, name }: Pick<Amphora, 'id' | 'name'>,
  options: CallOptions,
  compute: Judged = scene.compute,
): Promise<unknown> {
  switch (verb) {
    case 'build':
      return compute.build(scene.request(scene.name()), options)
    case 'find':
      return compute.getAmphora({ name, driver: 'kit' }, options)
    case 'getAmphora':
      return compute.getAmphora({ id }, options)
    case 'list':
      return allOf(compute.list(options))
    case 'watch':
      return allOf(compute.watch(options))
    case 'check':
      return compute.check(options)
    default:
      return compute[verb](id, options)
  }
}

/** The verbs that read, as a driver of these capabilities has them. */
export const READS: readonly Verb[] = ['status', 'getAmphora', 'find', 'list']

/** Those that change something beside building. Only what is suspended can be resumed, so that one is not among them. */
export function changes({ capabilities }: Scene): readonly Verb[] {
  return capabilities.suspend === undefined ? ['delete'] : ['suspend', 'delete']
}

/** What the driver is asked for: `status` may be answered by `getAmphora`. */
export function asked(verb: Verb, scene: Scene): Verb {
  const isLeftOut = verb === 'status' && scene.calls.drivers.every((driver) => !('status' in driver))
  return isLeftOut ? 'getAmphora' : verb
}

async function allOf(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const all: unknown[] = []
  for await (const one of stream) all.push(one)
  return all
}
