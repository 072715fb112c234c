import assert from 'node:assert/strict'
import { InstanceNotFoundError } from '@amphora/core'
import { rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Built, Scene } from '../run/scene.ts'
import { idsOf } from './facts.ts'

/** What is ours is found, by name and in the list, and nothing else is. */
export const findAndListRules: readonly Rule[] = [
  {
    id: 'find/none',
    level: 'must',
    title: 'a name that nothing bears: `find` gives `[]`, also for the beginning of a name, or one in other letters',
    check: async (scene) => {
      const { name } = await scene.build()
      for (const other of [scene.name(), name.slice(0, -1), name.toUpperCase()]) {
        await rejectsAs(
          scene.compute.getAmphora({ name: other }),
          `a look for ${other}, where there is ${name}`,
          InstanceNotFoundError,
        )
        assert.deepEqual(scene.calls.of('find').at(-1)?.answers, [[]], 'what find gave')
      }
    },
  },
  {
    id: 'find/one',
    level: 'must',
    title: 'a name of ours: `find` gives the one that bears it, from acceptance on',
    check: async (scene) => {
      await scene.build()
      const accepted = async (): Promise<Built> => {
        const built = await scene.build()
        assert.equal((await scene.compute.getAmphora({ name: built.name })).id, built.id, 'while it is being built')
        return built
      }
      const { id, name } = scene.can('holdBuilds')
        ? await scene.during(scene.backend.holdBuilds(), accepted)
        : await accepted()
      await scene.reach(id, 'active')
      const found = await scene.compute.getAmphora({ name })
      assert.deepEqual({ id: found.id, name: found.name, state: found.status.state }, { id, name, state: 'active' })
    },
  },
  {
    id: 'find/foreign',
    level: 'must',
    title: '`find` never gives what others made',
    check: async (scene) => {
      const somebody = await scene.connect({ owner: scene.anotherOwner() })
      const theirs = await scene.active(scene.name(), somebody)
      const names = [theirs.name]
      if (scene.can('plantForeign')) {
        const name = scene.name()
        await scene.plantForeign(name)
        names.push(name)
      }
      for (const name of names) {
        await rejectsAs(scene.compute.getAmphora({ name }), 'a look for a foreign name', InstanceNotFoundError)
      }
      assert.equal((await somebody.getAmphora({ name: theirs.name })).id, theirs.id, 'whose it is finds it')
    },
  },
  {
    id: 'list/own-only',
    level: 'must',
    title: '`list` gives everything of ours, and nothing that others made',
    needs: ['plantForeign'],
    check: async (scene) => {
      const somebody = await scene.connect({ owner: scene.anotherOwner() })
      await scene.plantForeign(scene.name())
      const theirs = await scene.build(scene.name(), somebody)
      const ours = [await scene.build(), await scene.build()]
      assert.deepEqual(idsOf(await scene.list()), idsOf(ours), 'what we list')
      assert.deepEqual(idsOf(await scene.list(somebody)), [theirs.id], 'what they list')
    },
  },
  {
    id: 'list/pages',
    level: 'must',
    title: 'complete over page borders, and no duplicates when the list changes under it',
    needs: ['pageSize'],
    check: async (scene) => {
      const { pageSize = 1 } = scene.told
      const built: Built[] = []
      while (built.length < 2 * pageSize + 1) built.push(await scene.build())
      assert.deepEqual(idsOf(await scene.list()), idsOf(built), 'what is listed')
      const seen = await listedWhileChanging(scene)
      const stayed = idsOf(built).filter((id) => !seen.removed.has(id))
      assert.deepEqual(
        stayed.filter((id) => !seen.ids.includes(id)),
        [],
        'what stayed and is not listed',
      )
      for (const { answers } of scene.calls.of('list')) {
        const ids = answers.map(idOf)
        assert.equal(new Set(ids).size, ids.length, 'distinct ids in one listing of the driver')
      }
    },
  },
]

/** Lists, and after the first page removes two that were listed and builds two more. */
async function listedWhileChanging(
  scene: Scene,
): Promise<{ readonly ids: readonly string[]; readonly removed: ReadonlySet<string> }> {
  const { pageSize = 1 } = scene.told
  const ids: string[] = []
  const removed = new Set<string>()
  for await (const { id } of scene.compute.list()) {
    ids.push(id)
    if (ids.length !== pageSize) continue
    for (const gone of ids.slice(0, 2)) {
      await scene.remove(gone)
      removed.add(gone)
    }
    for (let more = 0; more < 2; more += 1) await scene.build()
  }
  return { ids, removed }
}

function idOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined
}
