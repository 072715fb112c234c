import type { Step } from '../scene.ts'

export const deleteIt: Step = {
  title: 'delete it',
  run: async ({ compute, built, signal }) => {
    await compute.delete(built.id, { signal })
    return 'accepted'
  },
}
