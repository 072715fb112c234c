import assert from 'node:assert/strict'
import { InstanceNotFoundError, type Amphora } from '@amphora/core'
import { rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'
import { asked } from './verb-calls.ts'

/** What is told of an amphora. */
export const statusRules: readonly Rule[] = [
  {
    id: 'status/known-states',
    level: 'must',
    title: 'every word of the backend maps to its state, the same in `status`, `getAmphora`, by name and in `list`',
    needs: ['force', 'states'],
    check: async (scene) => {
      const words = Object.entries(scene.told.states ?? {})
      const amphora = await scene.active()
      for (const [word, state] of words) {
        const shown = await statesUnder(scene, amphora, word)
        // A backend may keep what is deleted for its operator, and list it no more.
        const found = shown.filter((one) => state !== 'deleted' || one !== undefined)
        assert.deepEqual(
          found,
          found.map(() => state),
          `the states that "${word}" is shown as`,
        )
      }
    },
  },
  {
    id: 'status/unknown-word',
    level: 'must',
    title: 'a word that nobody has mapped is `unknown`, never a throw, never `active`',
    needs: ['force'],
    check: async (scene) => {
      const states = await statesUnder(scene, await scene.active(), 'KIT-UNHEARD-OF')
      assert.deepEqual(states, ['unknown', 'unknown', 'unknown', 'unknown'])
    },
  },
  {
    id: 'status/absent',
    level: 'must',
    title: '`status` of what is gone: `InstanceNotFoundError` at the first call, without repeats',
    check: async (scene) => {
      const id = await absentId(scene)
      await foundOnce(scene, 'status', () => rejectsAs(scene.compute.status(id), 'status', InstanceNotFoundError))
    },
  },
  {
    id: 'get/absent',
    level: 'must',
    title: '`getAmphora` of what is gone: `InstanceNotFoundError` at the first call, without repeats',
    check: async (scene) => {
      const id = await absentId(scene)
      await foundOnce(scene, 'getAmphora', () =>
        rejectsAs(scene.compute.getAmphora({ id }), 'getAmphora', InstanceNotFoundError),
      )
    },
  },
  {
    id: 'get/says-the-same',
    level: 'must',
    title: 'what has not changed is told the same at each look: by id, by name and in `list`',
    check: async (scene) => {
      const { compute } = scene
      const first = await scene.active()
      const looks = [
        () => compute.getAmphora({ id: first.id }),
        () => compute.getAmphora({ name: first.name }),
        async () => (await scene.list()).find(({ id }) => id === first.id),
        () => compute.getAmphora({ id: first.id }),
      ]
      for (const look of looks) {
        // Enough for a time that is invented at each look to be another one.
        await new Promise((resolve) => setTimeout(resolve, 20))
        assert.deepEqual(await look(), first)
      }
    },
  },
]

/** What the backend's word is shown as by each way of looking. */
async function statesUnder(scene: Scene, { id, name }: Amphora, word: string): Promise<readonly unknown[]> {
  const { compute } = scene
  await scene.backend.force(name, word)
  try {
    const status = await compute.status(id)
    assert.equal(status.up, status.state === 'active', `up, where the backend says "${word}"`)
    const shown = [
      await compute.getAmphora({ id }),
      await compute.getAmphora({ name }),
      (await scene.list()).find((amphora) => amphora.id === id),
    ]
    return [status, ...shown.map((amphora) => amphora?.status)].map((one) => one?.state)
  } finally {
    await letGo(scene, name)
  }
}

/** What is said to be on its way to something may be refused to be deleted. */
async function letGo({ backend, told }: Scene, name: string): Promise<void> {
  const [word] = Object.entries(told.states ?? {}).find(([, state]) => state === 'active') ?? []
  if (word !== undefined) await backend.force(name, word)
}

/** An id of the right form, of something that is no more. */
async function absentId(scene: Scene): Promise<string> {
  const { id } = await scene.active()
  await scene.remove(id)
  return id
}

/** The driver is asked once, and asks its backend no more often than it would for something that is there. */
async function foundOnce(scene: Scene, verb: 'status' | 'getAmphora', look: () => Promise<unknown>): Promise<void> {
  const { id } = await scene.active()
  const requestsOf = async (act: () => Promise<unknown>): Promise<number> => {
    const before = scene.can('requests') ? await scene.backend.requests() : 0
    await act()
    return scene.can('requests') ? (await scene.backend.requests()) - before : 0
  }
  const there = await requestsOf(() =>
    verb === 'status' ? scene.compute.status(id) : scene.compute.getAmphora({ id }),
  )
  const answering = asked(verb, scene)
  const called = scene.calls.count(answering)
  const absent = await requestsOf(look)
  assert.equal(scene.calls.count(answering) - called, 1, 'calls on the driver')
  assert.ok(absent <= there, `requests for what is gone (${absent}), at most those for what is there (${there})`)
}
