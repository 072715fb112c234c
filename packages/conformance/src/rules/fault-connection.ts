import type { Rule } from '../rule.ts'
import { oneInstanceAfter } from './after-fault.ts'
import { callOf, READS } from './verb-calls.ts'

/** What a driver makes of a connection that is lost before, while or after the backend acts. */
export const connectionRules: readonly Rule[] = [
  {
    id: 'fault/lost-response',
    level: 'must',
    title: 'the backend acted and the answer was lost: repeating the build gives the one instance',
    needs: ['inject'],
    check: async (scene) => {
      await oneInstanceAfter(scene, { on: 'build', kind: 'lose-response', times: 1 }, 'resolves')
      await oneInstanceAfter(scene, { on: 'build', kind: 'lose-response' }, 'may-fail')
    },
  },
  {
    id: 'fault/reset',
    level: 'must',
    title: 'one connection that is cut before the backend acts never fails a build, nor a read',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      await oneInstanceAfter(scene, { on: 'build', kind: 'reset-before', times: 1 }, 'resolves')
      for (const on of READS) {
        await scene.during(scene.backend.inject({ on, kind: 'reset-before', times: 1 }), () =>
          callOf(on, scene, amphora, {}),
        )
      }
    },
  },
  {
    id: 'fault/acted-late',
    level: 'must',
    title: 'the backend acts after the client gave up, within the settle window: one instance',
    needs: ['inject', 'settle'],
    check: async (scene) => {
      const afterMs = scene.settleMs === 0 ? 100 : scene.settleMs / 2
      await oneInstanceAfter(scene, { on: 'build', kind: 'act-late', afterMs, times: 1 }, 'resolves')
    },
  },
]
