import assert from 'node:assert/strict'
import { AmphoraBuildError, InstanceNotFoundError } from '@amphora/core'
import { rejection, rejects, rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { JudgedRequest, Scene } from '../run/scene.ts'
import { facts, idsOf } from './facts.ts'

/** What becomes of an order. */
export const buildRules: readonly Rule[] = [
  {
    id: 'build/returns-an-id-on-acceptance',
    level: 'must',
    title: '`build` resolves while the backend still says building',
    needs: ['holdBuilds'],
    check: async (scene) => {
      const { compute } = scene
      const id = await scene.during(scene.backend.holdBuilds(), async () => {
        const built = await scene.build()
        assert.equal((await compute.status(built.id)).state, 'building', 'the state while the backend is not done')
        return built.id
      })
      await scene.reach(id, 'active')
    },
  },
  {
    id: 'build/becomes-active',
    level: 'must',
    title: "`waitFor(id, 'active')` succeeds after `build`, and shows what was built",
    check: async (scene) => {
      const { id, name } = await scene.build()
      const amphora = await scene.reach(id, 'active')
      assert.deepEqual(
        { id: amphora.id, name: amphora.name, type: amphora.type, state: amphora.status.state, up: amphora.status.up },
        { id, name, type: scene.request(name).type ?? 'VM', state: 'active', up: true },
      )
      assert.equal((await scene.compute.status(id)).state, 'active')
    },
  },
  {
    id: 'build/amphora-is-json',
    level: 'must',
    title: '`getAmphora` round-trips through JSON unchanged; times are ISO 8601 in UTC',
    check: async (scene) => {
      const amphora = await scene.active()
      assert.deepEqual(JSON.parse(JSON.stringify(amphora)), amphora)
      const { createdAt, addresses, status } = amphora
      if (createdAt !== undefined) {
        assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/, 'createdAt')
        assert.ok(!Number.isNaN(Date.parse(createdAt)), 'createdAt is a time')
      }
      for (const { ip, family } of addresses) assert.equal(family, ip.includes(':') ? 6 : 4, `the family of ${ip}`)
      assert.ok(status.raw !== '', "status.raw is the backend's own word")
    },
  },
  {
    id: 'build/unknown-image',
    level: 'must',
    title:
      'an image that does not exist: `AmphoraBuildError`, `not-found` or `invalid-argument`, `not-created`; or it ends in `error` with a reason and can be deleted; never `active`',
    when: { declares: 'image' },
    needs: ['unknownImage'],
    check: async (scene) => {
      const { unknownImage = '' } = scene.told
      const request = { ...scene.request(scene.name()), imageId: unknownImage }
      const error = await refusedOrBroken(scene, request)
      if (error !== undefined)
        assert.ok(['not-found', 'invalid-argument'].includes(error.code), `the code; found ${error.code}`)
    },
  },
  {
    id: 'build/no-capacity',
    level: 'must',
    title:
      'no room: `resource-exhausted` and nothing left behind; or it ends in `error` with a reason and can be deleted; never `active`',
    needs: ['exhaust'],
    check: async (scene) => {
      await scene.during(scene.backend.exhaust(), async () => {
        const error = await refusedOrBroken(scene, scene.request(scene.name()))
        if (error !== undefined) assert.equal(error.code, 'resource-exhausted')
      })
      await scene.active()
    },
  },
  {
    id: 'build/same-name-same-order',
    level: 'must',
    title: 'the same order ten times, also at once and by two controllers: one id, one instance',
    check: async (scene) => {
      const other = await scene.connect()
      const name = scene.name()
      const atOnce = [scene.compute, other, scene.compute, other, other, scene.compute, other]
      const ids = await Promise.all(atOnce.map(async (compute) => (await scene.build(name, compute)).id))
      for (const compute of [scene.compute, other, scene.compute]) ids.push((await scene.build(name, compute)).id)
      assert.equal(new Set(ids).size, 1, `ids given for one order; found ${[...new Set(ids)].join(', ')}`)
      await scene.active(name)
      assert.deepEqual(await scene.named(name), ids.slice(0, 1), 'instances of the name')
      assert.deepEqual(idsOf(await scene.list()), ids.slice(0, 1), 'what is listed')
    },
  },
  {
    id: 'build/same-name-other-order',
    level: 'must',
    title: 'another order under a name that is taken: `already-exists`, and the first one is untouched',
    check: async (scene) => {
      const { compute } = scene
      const first = await scene.active()
      const error = await rejectsAs(
        compute.build(scene.otherRequest(first.name)),
        'another order under the name',
        AmphoraBuildError,
      )
      assert.equal(error.code, 'already-exists')
      assert.equal(error.outcome, 'not-created')
      assert.deepEqual(facts(await compute.getAmphora({ id: first.id })), facts(first), 'the first one')
      assert.equal((await scene.named(first.name)).length, 1, 'instances of the name')
      assert.equal((await scene.build(first.name)).id, first.id, 'the first order again')
    },
  },
  {
    id: 'build/ten-at-once',
    level: 'must',
    title: 'ten names at once, ten distinct amphorae',
    check: async (scene) => {
      const built = await Promise.all(Array.from({ length: 10 }, () => scene.build()))
      assert.equal(new Set(built.map(({ id }) => id)).size, 10, 'distinct ids')
      const shown = await Promise.all(built.map(({ id }) => scene.compute.getAmphora({ id })))
      assert.deepEqual(
        shown.map(({ name }) => name),
        built.map(({ name }) => name),
        'each id is that of its own name',
      )
    },
  },
  {
    id: 'build/foreign-name',
    level: 'must',
    title: 'an instance of that name that is not ours is neither adopted nor touched',
    needs: ['plantForeign'],
    check: async (scene) => {
      const name = scene.name()
      const foreign = await scene.plantForeign(name)
      await neitherAdoptedNor(scene, name, foreign.id)
      assert.ok(await foreign.exists(), 'the foreign instance is still there')

      const somebody = await scene.connect({ owner: scene.anotherOwner() })
      const theirs = await scene.active(scene.name(), somebody)
      await neitherAdoptedNor(scene, theirs.name, theirs.id)
      assert.deepEqual(facts(await somebody.getAmphora({ id: theirs.id })), facts(theirs), "another owner's instance")
    },
  },
]

/** A backend may let the name be taken twice, by us and by the others; then ours has an id of its own. */
async function neitherAdoptedNor(scene: Scene, name: string, foreignId: string): Promise<void> {
  try {
    const { id } = await scene.build(name)
    assert.notEqual(id, foreignId, 'the id of what was built, and that of the foreign instance')
    await scene.remove(id)
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
    const refused = await rejects(Promise.reject(error), 'a build under a foreign name', 'already-exists')
    assert.equal(outcomeOf(refused), 'not-created')
  }
}

/** How an order that cannot be carried out is refused; `undefined` where it was accepted and has ended in `error`. */
async function refusedOrBroken(scene: Scene, request: JudgedRequest): Promise<AmphoraBuildError | undefined> {
  const { compute } = scene
  const built = compute.build(request).then(
    (id) => ({ id }),
    (error: unknown) => ({ error }),
  )
  const end = await built
  if ('error' in end) {
    const error = await rejectsAs(Promise.reject(end.error), 'the build', AmphoraBuildError)
    assert.equal(error.outcome, 'not-created')
    await rejectsAs(
      compute.getAmphora({ name: request.name }),
      'a look for what was not created',
      InstanceNotFoundError,
    )
    await scene.settle()
    assert.deepEqual(await scene.made(), [], 'what is left behind')
    return error
  }
  await rejection(scene.reach(end.id, 'active'), 'the wait for what cannot become active')
  const { state, fault, reason } = await compute.status(end.id)
  assert.equal(state, 'error')
  assert.ok(fault !== undefined || reason !== undefined, 'the status says why')
  await scene.remove(end.id)
  return undefined
}

function outcomeOf(error: object): unknown {
  return 'outcome' in error ? error.outcome : undefined
}
