import assert from 'node:assert/strict'
import { InstanceNotFoundError, type ErrorCode } from '@amphora/core'
import type { Verb } from '../backend-control.ts'
import { rejection, rejects, rejectsAs } from '../judge/expect.ts'
import type { Rule } from '../rule.ts'
import type { Built, Scene } from '../run/scene.ts'
import { notCreated, oneInstanceAfter } from './after-fault.ts'
import { callOf, READS } from './verb-calls.ts'

/** What a driver makes of a backend that answers with an error. */
export const statusFaultRules: readonly Rule[] = [
  {
    id: 'fault/401',
    level: 'must',
    title: '`unauthenticated`, after one login more at most',
    needs: ['inject', 'requests'],
    check: async (scene) => {
      const amphora = await scene.active()
      for (const on of READS) {
        await scene.during(scene.backend.inject({ on, kind: 'status', status: 401 }), async () => {
          const before = await scene.backend.requests()
          await rejects(callOf(on, scene, amphora, {}), on, 'unauthenticated')
          const sent = (await scene.backend.requests()) - before
          assert.ok(sent <= MOST_WITH_A_LOGIN, `requests for one ${on}: at most ${MOST_WITH_A_LOGIN}; found ${sent}`)
        })
      }
      await scene.compute.status(amphora.id)
    },
  },
  {
    id: 'fault/403',
    level: 'must',
    title: '`permission-denied`; a build may say `resource-exhausted`, where a quota is meant; `not-created`',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      const fault = { kind: 'status', status: 403 } as const
      for (const on of ['status', 'getAmphora', 'list'] as const) {
        await scene.during(scene.backend.inject({ ...fault, on }), () =>
          rejects(callOf(on, scene, amphora, {}), on, 'permission-denied'),
        )
      }
      await notCreated(scene, { ...fault, on: 'build' }, 'permission-denied', 'resource-exhausted')
    },
  },
  {
    id: 'fault/404',
    level: 'must',
    title:
      'not found when one is asked for, gone when it is deleted; a list is never empty for it; a build is `not-created`',
    needs: ['inject'],
    check: async (scene) => {
      const { compute } = scene
      const amphora = await scene.active()
      const fault = { kind: 'status', status: 404 } as const
      const { inject } = scene.backend
      await scene.during(inject({ ...fault, on: 'status' }), () =>
        rejectsAs(compute.status(amphora.id), 'status', InstanceNotFoundError),
      )
      await scene.during(inject({ ...fault, on: 'getAmphora' }), () =>
        rejectsAs(compute.getAmphora({ id: amphora.id }), 'getAmphora', InstanceNotFoundError),
      )
      await scene.during(inject({ ...fault, on: 'list' }), () => rejection(scene.list(), 'list'))
      await scene.during(inject({ ...fault, on: 'delete' }), () => compute.delete(amphora.id))
      await notCreated(
        scene,
        { ...fault, on: 'build' },
        'not-found',
        'invalid-argument',
        'failed-precondition',
        'conflict',
      )
    },
  },
  {
    id: 'fault/409',
    level: 'must',
    title: '`conflict` or `already-exists`, `not-created`; a delete may take it for accepted',
    needs: ['inject'],
    check: async (scene) => {
      const fault = { kind: 'status', status: 409 } as const
      const { id } = await scene.active()
      const deleting = scene.during(scene.backend.inject({ ...fault, on: 'delete' }), async () => {
        const end = await scene.compute.delete(id).catch((error: unknown) => ({ error }))
        if (end !== undefined) await rejects(Promise.reject(end.error), 'delete', 'conflict', 'failed-precondition')
      })
      await Promise.all([
        deleting,
        notCreated(scene, { ...fault, on: 'build' }, 'conflict', 'already-exists', 'failed-precondition'),
      ])
    },
  },
  {
    id: 'fault/429',
    level: 'must',
    title: '`resource-exhausted` with `retryAfterMs`; it never trips the breaker',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      const compute = await scene.connect({ breaker: { failures: 2 } })
      const headers = { 'retry-after': '30' }
      await scene.during(scene.backend.inject({ on: 'status', kind: 'status', status: 429, headers }), async () => {
        for (let turn = 0; turn < 4; turn += 1) {
          const error = await rejects(callOf('status', scene, amphora, {}, compute), 'status', 'resource-exhausted')
          assert.equal(error.retryAfterMs, 30_000, 'retryAfterMs')
        }
      })
      assert.equal(compute.health()[0]?.circuits.read, 'closed', 'the circuit of reads')
      await compute.status(amphora.id)
    },
  },
  {
    id: 'fault/5xx',
    level: 'must',
    title:
      '500 is `internal`, 502 to 504 are `unavailable`; lists and deletes reject; a build is in doubt, and repeating it gives the one instance',
    needs: ['inject'],
    check: async (scene) => {
      const amphora = await scene.active()
      const unavailable = [
        ['status', 504],
        ['getAmphora', 502],
        ['find', 502],
        ['list', 503],
        ['delete', 503],
      ] as const
      const broken = ([...READS, 'delete'] as const).map((verb) => [verb, 500] as const)
      await answeredWith(scene, unavailable, 'unavailable', amphora)
      await answeredWith(scene, broken, 'internal', amphora)
      assert.equal((await scene.compute.status(amphora.id)).state, 'active', 'afterwards')
      await oneInstanceAfter(scene, { on: 'build', kind: 'status', status: 503, times: 1 }, 'resolves')
      await oneInstanceAfter(scene, { on: 'build', kind: 'status', status: 500 }, 'may-fail')
    },
  },
]

/** The request, the login, and the request again; one to find out where to log in. */
const MOST_WITH_A_LOGIN = 4

/** Every verb at once, since those whose failure passes are sent again for a while. */
async function answeredWith(
  scene: Scene,
  statuses: readonly (readonly [Verb, number])[],
  code: ErrorCode,
  amphora: Built,
): Promise<void> {
  const calls = statuses.map(([on, status]) =>
    scene.during(scene.backend.inject({ on, kind: 'status', status }), () =>
      rejects(callOf(on, scene, amphora, {}), `${on} that is answered with ${status}`, code),
    ),
  )
  await Promise.all(calls)
}
