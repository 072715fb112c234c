import { noop, World } from '@amphora/noop'
import type { Stage } from './stage.ts'

/** Slow enough to be watched. */
export function newWorld(): World {
  return new World({ buildMs: 600, suspendMs: 200, resumeMs: 200, deleteMs: 200 })
}

/** In memory, in this process. */
export function noopStage(world: World): Stage {
  return {
    kind: 'noop',
    label: 'Noop, a simulator in this process',
    binding: noop({ world }),
    imageId: 'haproxy',
    holdsFile: (name, path, content) => {
      const bytes = world.arrived(name).files.get(path)
      return bytes !== undefined && Buffer.from(content).equals(bytes)
    },
    isGone: (name) => Promise.resolve(world.snapshot().instances.every((instance) => instance.name !== name)),
  }
}
