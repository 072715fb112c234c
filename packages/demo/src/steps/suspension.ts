import { NotSuspendedError } from '@amphora/core'
import { refusal } from '../claim.ts'
import type { Step } from '../scene.ts'

export const suspend: Step = {
  title: 'suspend it',
  run: async ({ compute, built, signal }) => {
    await compute.suspend(built.id, { signal })
    return 'accepted'
  },
}

export const resume: Step = {
  title: 'resume it',
  run: async ({ compute, built, signal }) => {
    await compute.resume(built.id, { signal })
    return 'accepted'
  },
}

export const refuseResume: Step = {
  title: 'see a resume refused while it runs',
  run: async ({ compute, built, signal }) => {
    const error = await refusal('to resume what runs', NotSuspendedError, () => compute.resume(built.id, { signal }))
    return `${error.name}, ${error.code}`
  },
}
