import { claim } from '../claim.ts'
import type { Step } from '../scene.ts'

export const list: Step = {
  title: 'list',
  run: async ({ compute, built, signal }, say) => {
    const ids: string[] = []
    for await (const { id, name, status } of compute.list({ signal })) {
      ids.push(id)
      say.detail(`${name}  ${status.state}${id === built.id ? '' : '  (of another run)'}`)
    }
    const times = ids.filter((id) => id === built.id).length
    claim(times === 1, `it must be listed once, and is listed ${times} times`)
    return `${ids.length} on both bindings together, ours once`
  },
}

export const findByName: Step = {
  title: 'find it by its name',
  run: async ({ compute, built, request, signal }) => {
    const { id } = await compute.getAmphora({ name: request.name }, { signal })
    claim(id === built.id, `its id must be ${built.id}, and is ${id}`)
    return 'the same id'
  },
}
