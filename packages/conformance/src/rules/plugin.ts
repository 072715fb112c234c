import assert from 'node:assert/strict'
import { createRegistry, InvalidRequestError } from '@amphora/core'
import type { Rule } from '../rule.ts'
import type { Scene } from '../run/scene.ts'

/** What a driver is before anything is asked of it. */
export const pluginRules: readonly Rule[] = [
  {
    id: 'plugin/api-version',
    level: 'must',
    title: 'the descriptor carries a supported `apiVersion`',
    check: async ({ plugin }) => {
      createRegistry([plugin])
      assert.equal(typeof plugin.definition.apiVersion, 'number', 'apiVersion is a number')
    },
  },
  {
    id: 'plugin/options-are-json',
    level: 'must',
    title: 'options survive JSON; bad ones list every problem at once and echo no secret',
    needs: ['options'],
    check: async (scene) => {
      const { plugin, told } = scene
      const stored: unknown = JSON.parse(JSON.stringify(told.options))
      assert.deepEqual(stored, told.options, 'the options are JSON')
      plugin(stored)
      const canary = scene.run.planted.option
      const strangers = { 'no-option-1': canary, 'no-option-2': canary }
      const strange = { ...(typeof stored === 'object' ? stored : {}), ...strangers }
      for (const bad of [strange, ...(told.badOptions ?? [])]) {
        const problems = refused(scene, bad)
        assert.ok(
          problems.length >= 2,
          `every problem of bad options is listed at once; found only: ${problems.join('; ')}`,
        )
      }
      for (const bad of [null, 42, canary, [canary]]) refused(scene, bad)
    },
  },
  {
    id: 'plugin/connect-is-quiet',
    level: 'should',
    title: 'binding and connecting send nothing',
    needs: ['requests'],
    check: async (scene) => {
      const before = await scene.backend.requests()
      const compute = await scene.connect({ binding: await scene.bind() })
      assert.equal((await scene.backend.requests()) - before, 0, 'requests that binding and connecting sent')
      await compute.close()
      assert.equal((await scene.backend.requests()) - before, 0, 'requests that closing sent')
    },
  },
  {
    id: 'plugin/bindings-are-isolated',
    level: 'must',
    title: 'two bindings of one plugin share no state',
    check: async (scene) => {
      const one = await scene.connect({ binding: await scene.bind(), owner: scene.anotherOwner() })
      const two = await scene.connect({ binding: await scene.bind(), owner: scene.anotherOwner() })
      const [first, second] = [await scene.build(scene.name(), one), await scene.build(scene.name(), two)]
      const third = await scene.build(scene.name(), one)
      assert.deepEqual(namesOf(await scene.list(one)), [first.name, third.name].sort(), 'what the first binding lists')
      assert.deepEqual(namesOf(await scene.list(two)), [second.name], 'what the second binding lists')
      await one.close()
      assert.equal(
        (await two.getAmphora({ id: second.id })).name,
        second.name,
        'the second binding works when the first is closed',
      )
    },
  },
]

function refused({ plugin, run, rule }: Scene, options: unknown): readonly string[] {
  try {
    plugin(options)
  } catch (error) {
    run.witness.error(`binding with bad options (${rule})`, error)
    assert.ok(
      error instanceof InvalidRequestError,
      `bad options are refused with InvalidRequestError; found ${String(error)}`,
    )
    assert.ok(!JSON.stringify(error).includes(run.planted.option), 'no value of an option is echoed')
    return error.problems
  }
  return assert.fail(`bad options are refused (${typeof options}); they were taken`)
}

function namesOf(amphorae: readonly { readonly name: string }[]): readonly string[] {
  return amphorae.map(({ name }) => name).sort()
}
