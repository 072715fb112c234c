import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { AmphoraComputeError } from '@amphora/core'
import type { Rule } from '../rule.ts'
import type { Judged, Scene } from '../run/scene.ts'
import { callOf, READS } from './verb-calls.ts'

/** Milliseconds for which nothing else gets its turn: what is hoped for in a burst, and what is never passed. */
const STALL_MS = 50
const LONGEST_STALL_MS = 200
const BURST = 1_000
/** A stall of the machine is not the driver's: it is given this often. */
const TRIES = 8
const SETTLED_MS = 2_000

/** What a driver leaves behind in the process, and what it lets out. Some of it is judged over the whole run. */
export const hygieneRules: readonly Rule[] = [
  {
    id: 'hygiene/event-loop',
    level: 'should',
    title: `no stall above ${STALL_MS} ms in a burst of 1 000 calls, never above ${LONGEST_STALL_MS}`,
    order: 'alone',
    check: async (scene) => {
      const { id } = await scene.active()
      const compute = await scene.connect()
      let least = Number.POSITIVE_INFINITY
      await scene.run.witness.away(async () => {
        for (let turn = 1; turn <= TRIES && least > LONGEST_STALL_MS; turn += 1)
          least = Math.min(least, await longestStall(compute, id))
      })
      assert.ok(least <= LONGEST_STALL_MS, `the longest stall in a burst; found ${Math.round(least)} ms at best`)
    },
  },
  {
    id: 'hygiene/listeners',
    level: 'must',
    title: "no listener is left on the caller's signal",
    check: async (scene) => {
      const { signal } = new AbortController()
      const { compute, limits } = scene
      const id = await compute.build(scene.request(scene.name()), { signal })
      const amphora = await compute.waitFor(id, 'active', { signal, timeoutMs: limits.stateMs })
      for (const verb of READS)
        await Promise.all(Array.from({ length: 10 }, () => callOf(verb, scene, amphora, { signal })))
      for await (const _ of compute.list({ signal })) break
      await compute.getAmphora({ name: scene.name() }, { signal }).catch(() => {})
      await compute.waitFor(id, 'suspended', { signal, timeoutMs: 50 }).catch(() => {})
      await compute.delete(id, { signal })
      await compute.waitFor(id, 'deleted', { signal, timeoutMs: limits.stateMs })
      await until(() => getEventListeners(signal, 'abort').length === 0)
      assert.equal(getEventListeners(signal, 'abort').length, 0, "listeners on the caller's signal")
    },
  },
  {
    id: 'hygiene/handles',
    level: 'must',
    title: 'the process can exit after the `Compute` was closed: no timer, socket or other handle is left',
    order: 'alone',
    check: async (scene) => {
      const before = resources()
      const compute = await scene.connect({ binding: await scene.bind() })
      const { id } = await scene.active(scene.name(), compute)
      await Promise.all([scene.list(compute), compute.check(), compute.status(id)])
      await scene.remove(id, compute)
      if (scene.capabilities.watch !== undefined) await begunAndLeft(compute)
      await compute.close()
      await until(() => grown(before, resources()).length === 0)
      assert.deepEqual(grown(before, resources()), [], 'what keeps the process alive')
    },
  },
  {
    id: 'hygiene/only-our-errors',
    level: 'must',
    title: 'nothing but `AmphoraComputeError` and its kinds escapes, from the driver or from core, in the whole run',
    order: 'last',
    check: async (scene) => {
      await failInManyWays(scene)
      assert.deepEqual(scene.run.witness.strangers, [], 'errors that are not ours')
    },
  },
  {
    id: 'hygiene/no-secrets',
    level: 'must',
    title:
      'planted secrets (tokens, passwords, user data, file contents, keys) appear in no message, JSON, inspection, log record, trace or event of the whole run',
    order: 'last',
    check: async (scene) => {
      const { witness } = scene.run
      const before = witness.seen
      await failInManyWays(scene)
      scene.inspectAll()
      assert.ok(witness.seen > before, 'something was looked at')
      assert.deepEqual(witness.leaks, [], 'secrets that have shown')
    },
  },
  {
    id: 'hygiene/ledger',
    level: 'must',
    title: 'when the run ends the backend holds nothing that we made',
    order: 'last',
    check: async (scene) => {
      assert.deepEqual(scene.run.left, [], 'what is left')
      const { id } = await scene.active()
      await scene.remove(id)
      await scene.settle()
      assert.deepEqual(await scene.made(), [], 'what is left of one more')
    },
  },
]

async function longestStall(compute: Judged, id: string): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  await sleep(5)
  delay.enable()
  const ends = await Promise.allSettled(Array.from({ length: BURST }, () => compute.status(id)))
  delay.disable()
  for (const end of ends) if (end.status === 'rejected' && !isOutOfTime(end.reason)) throw end.reason
  return delay.max / 1e6
}

/** A real backend may not answer so many in the time that a call has; that is no stall. */
function isOutOfTime(error: unknown): boolean {
  if (!(error instanceof AmphoraComputeError)) return false
  return error.code === 'deadline-exceeded' || error.reason === 'core/circuit-open'
}

/** Calls that go well and calls that fail, so that there is something to judge also where no other rule has run. */
async function failInManyWays(scene: Scene): Promise<void> {
  const { compute } = scene
  const amphora = await scene.active()
  const fails = [
    () => compute.build(scene.otherRequest(amphora.name)),
    () => compute.getAmphora({ name: scene.name() }),
    () => compute.delete('kit/'),
    async () => scene.plugin({ 'no-option': scene.run.planted.option }),
  ]
  for (const fail of fails) await fail().catch((error: unknown) => scene.run.witness.error(scene.rule, error))
  if (!scene.can('inject')) return
  for (const on of ['build', 'status'] as const) {
    await scene.during(scene.backend.inject({ on, kind: 'status', status: 500 }), () =>
      callOf(on, scene, amphora, {}).catch(() => {}),
    )
  }
}

/** A watch whose consumer loses interest after the first it has seen. */
async function begunAndLeft(compute: Judged): Promise<void> {
  const stop = new AbortController()
  const watching = compute.watch({ signal: stop.signal })[Symbol.asyncIterator]()
  const first = watching.next().catch(() => {})
  await sleep(20)
  stop.abort()
  await first
}

function resources(): readonly string[] {
  return process.getActiveResourcesInfo()
}

/** What there is more of than before. Immediate callbacks and their like are over at once. */
function grown(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = [...before]
  return after.filter((kind) => {
    const at = left.indexOf(kind)
    if (at >= 0) left.splice(at, 1)
    return at < 0 && kind !== 'Immediate' && kind !== 'TickObject'
  })
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + SETTLED_MS
  while (!isSo() && performance.now() < end) await sleep(10)
}
