import { claim } from '../claim.ts'
import type { Step } from '../scene.ts'

/** As after a crash: the same order under the same name gives the one instance. */
export const repeatBuild: Step = {
  title: 'repeat the build',
  run: async ({ compute, built, request, signal }) => {
    const id = await compute.build(request)
    claim(id === built.id, `the same order must give ${built.id} again, and gave ${id}`)
    let named = 0
    for await (const amphora of compute.list({ signal })) if (amphora.name === request.name) named += 1
    claim(named === 1, `one amphora must be named ${request.name}, and ${named} are`)
    return 'the same id, and still one amphora'
  },
}
