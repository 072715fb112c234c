import assert from 'node:assert/strict'
import { AmphoraBuildError, type ErrorCode } from '@amphora/core'
import type { Fault } from '../backend-control.ts'
import { rejects, rejectsAs } from '../judge/expect.ts'
import type { Scene } from '../run/scene.ts'

/** Builds while the fault is in force, and again afterwards: whatever was said the first time, there is one instance. */
export async function oneInstanceAfter(
  scene: Scene,
  fault: Fault,
  expected: 'resolves' | 'may-fail',
  ...codes: readonly ErrorCode[]
): Promise<void> {
  const name = scene.name()
  const what = `a build under ${fault.kind}`
  const first = await scene.during(scene.backend.inject(fault), async () => {
    const build = scene.compute.build(scene.request(name))
    if (expected === 'resolves') return build
    // Who looks before sending again finds the instance and needs no answer to the build.
    const end = await build.catch((thrown: unknown) => ({ thrown }))
    if (typeof end === 'string') return end
    const error = await rejectsAs(Promise.reject(end.thrown), what, AmphoraBuildError)
    if (codes.length > 0)
      assert.ok(codes.includes(error.code), `${what} rejects with ${codes.join(' or ')}; found ${error.code}`)
    assert.equal('outcome' in error && error.outcome, 'in-doubt', `the outcome of ${what}`)
    return undefined
  })
  await scene.settle()
  const { id } = await scene.active(name)
  if (first !== undefined) assert.equal(first, id, `the ids of ${what} and of its repeat`)
  assert.deepEqual(await scene.named(name), [id], `the instances after ${what}`)
}

/** Builds while the fault is in force: a definite refusal, and nothing exists. */
export async function notCreated(scene: Scene, fault: Fault, ...codes: readonly ErrorCode[]): Promise<void> {
  const name = scene.name()
  await scene.during(scene.backend.inject(fault), async () => {
    const error = await rejects(scene.compute.build(scene.request(name)), 'build', ...codes)
    assert.equal('outcome' in error && error.outcome, 'not-created')
  })
  await scene.settle()
  assert.deepEqual(await scene.named(name), [], 'what exists of it')
}
