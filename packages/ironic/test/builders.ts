import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { AmphoraComputeError, type BuildOrder, type Clock } from '@amphora/core'
import { createManualClock, type ManualClock } from '@amphora/core/testing'
import { at, type TestCall, testCall } from '@amphora/fake-openstack'
import { testOrder } from './call.ts'
import { connectDriver, type IronicDriver } from './driver.ts'
import { createFakeIronic, type FakeIronic, type NewNode } from './fake-ironic.ts'
import { gateTo, type Fate, type Gate } from './gate.ts'

/** A process that dies at one of its requests: before it is sent, after it was acted on, or while it is on its way. */
interface Death {
  /** Which request, from 0 on. */
  readonly at: number
  readonly how: 'before' | 'after' | 'late'
}

export interface Scenario {
  /** One for each process that builds the name at first; each that dies has an heir that builds it again. */
  readonly deaths: readonly (Death | undefined)[]
  /** Which of the requests that wait is let through next, over and over. */
  readonly choices: readonly number[]
  readonly nodes: readonly NewNode[]
  /** Changes the world before the nth request is let through. */
  readonly meddle?: (fake: FakeIronic, nth: number) => void
}

/** What became of it. */
export interface Outcome {
  /** What those that lived were told, in the order in which they began. */
  readonly ids: readonly string[]
  readonly fake: FakeIronic
  /** What was wrong at some instant. */
  readonly violations: readonly string[]
}

interface Waiting {
  readonly builder: Builder
  readonly release: (fate: Fate) => void
  /** Of a process that is dead: when it died. */
  orphanedAt?: number
}

interface Builder {
  readonly driver: IronicDriver
  readonly death: Death | undefined
  call: TestCall
  requests: number
  asleep: number
  isDead: boolean
  end: { readonly id?: string; readonly error?: unknown } | undefined
}

/** Nothing that was sent is on its way for longer, milliseconds. */
const LATEST_MS = 10_000
const IMAGES = { haproxy: { source: 'https://images.example/haproxy.raw', checksum: 'ab' } }

/**
 * Lets several processes build one name on one Ironic, one request at a time and in any order. Time passes only when
 * everybody waits for it.
 */
export async function play(scenario: Scenario): Promise<Outcome & AsyncDisposable> {
  const clock = createManualClock()
  const fake = await createFakeIronic({ clock, alone: true, nodes: scenario.nodes, random: () => 0 })
  const order = testOrder({ imageId: 'haproxy' })
  const waiting: Waiting[] = []
  const gates: Gate[] = []
  const builders: Builder[] = []
  const violations: string[] = []

  const begin = async (death: Death | undefined): Promise<void> => {
    const gate = await gateTo(fake.url)
    gates.push(gate)
    const own: { builder?: Builder } = {}
    gate.judge = ({ route }) => {
      const { builder } = own
      if (builder === undefined || route === 'GET /v1/') return 'pass'
      return new Promise((release) => waiting.push({ builder, release }))
    }
    const driver = connectDriver({
      auth: { type: 'none' },
      endpointOverride: { baremetal: gate.url },
      allowInsecureHttp: true,
      images: IMAGES,
      clock: watched(clock, (change) => {
        if (own.builder !== undefined) own.builder.asleep += change
      }),
    })
    const builder: Builder = {
      driver,
      death,
      call: testCall({ clock }),
      requests: 0,
      asleep: 0,
      isDead: false,
      end: undefined,
    }
    own.builder = builder
    builders.push(builder)
    void live(builder, order, clock)
  }

  for (const death of scenario.deaths) await begin(death)
  const choices = scenario.choices.values()
  for (let nth = 0; nth < 2_000; nth += 1) {
    await quiet(builders, waiting)
    if (builders.every(({ end, isDead }) => end !== undefined || isDead) && waiting.length === 0) break
    const living = waiting.filter(({ orphanedAt }) => orphanedAt === undefined)
    const due = waiting.find(({ orphanedAt = Infinity }) => clock.monotonic() - orphanedAt >= LATEST_MS)
    const chosen = (): Waiting | undefined => waiting[(choices.next().value ?? 0) % waiting.length]
    const next = due ?? (living.length > 0 ? chosen() : undefined)
    if (next === undefined) {
      const sleepers = builders.some(({ asleep }) => asleep > 0)
      const orphan = waiting[0]
      if (sleepers) await clock.advance(500)
      else if (orphan !== undefined) await pass(orphan)
      continue
    }
    scenario.meddle?.(fake, nth)
    await pass(next)
    violations.push(...wrongIn(fake))
  }

  async function pass(one: Waiting): Promise<void> {
    const { builder, release } = one
    const { death } = builder
    const isLast = death !== undefined && builder.requests === death.at && one.orphanedAt === undefined
    if (one.orphanedAt === undefined) builder.requests += 1
    if (isLast && death.how === 'late') {
      one.orphanedAt = clock.monotonic()
      await die(builder)
      return
    }
    waiting.splice(waiting.indexOf(one), 1)
    const acted = fake.server.requests().length
    release(isLast ? (death.how === 'before' ? 'cut' : 'swallow') : 'pass')
    if (!isLast || death.how === 'after') await until(() => fake.server.requests().length > acted)
    await fake.server.idle()
    if (isLast) await die(builder)
  }

  async function die(builder: Builder): Promise<void> {
    builder.isDead = true
    builder.call.abort()
    await begin(undefined)
  }

  return {
    ids: builders.filter(({ isDead }) => !isDead).map(({ end }) => end?.id ?? inspect(end?.error ?? 'it never ended')),
    fake,
    violations: [...new Set(violations)],
    [Symbol.asyncDispose]: async () => {
      for (const { driver } of builders) await driver.close()
      for (const gate of gates) await gate.close()
      await fake.close()
    },
  }
}

/** Builds, and builds again where what hindered it passes, as callers do. */
async function live(builder: Builder, order: BuildOrder, clock: ManualClock): Promise<void> {
  for (let attempt = 1; !builder.isDead; attempt += 1) {
    try {
      const id = await builder.driver.build(order, builder.call)
      builder.end = { id }
      return
    } catch (error) {
      const { code, recovery } = AmphoraComputeError.from(error)
      // What made the node unfit may be over as well.
      const passes = recovery.retry === 'with-backoff' || code === 'failed-precondition'
      if (!passes || attempt >= 20) {
        builder.end = { error }
        return
      }
      builder.asleep += 1
      await clock.sleep(1_000, builder.call.signal).catch(() => undefined)
      builder.asleep -= 1
    }
  }
}

/** A clock that tells when somebody sleeps on it. */
function watched(clock: ManualClock, change: (by: 1 | -1) => void): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    alarm: (ms, ring) => clock.alarm(ms, ring),
    sleep: async (ms, signal) => {
      change(1)
      try {
        await clock.sleep(ms, signal)
      } finally {
        change(-1)
      }
    },
  }
}

/** Until everybody who lives has ended, sleeps, or waits to be let through. */
async function quiet(builders: readonly Builder[], waiting: readonly Waiting[]): Promise<void> {
  const rests = (builder: Builder): boolean =>
    builder.isDead ||
    builder.end !== undefined ||
    builder.asleep > 0 ||
    waiting.some((one) => one.builder === builder && one.orphanedAt === undefined)
  await until(() => builders.every(rests))
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries > 20_000) throw new Error('nothing moves any more')
    await (tries < 50 ? new Promise<void>((resolve) => void setImmediate(resolve)) : sleep(1))
  }
}

/** What must hold at every instant: one machine at most, and what boots is what was reserved. */
function wrongIn(fake: FakeIronic): readonly string[] {
  const deployed = fake.nodes().filter(({ provisionState }) => provisionState !== 'available')
  const stray = deployed.filter(({ instanceUuid }) => instanceUuid === null)
  const mixed = deployed.filter(({ configDrive, instanceUuid }) => {
    const booted = at(configDrive, 'meta_data', 'uuid')
    return booted !== undefined && instanceUuid !== null && booted !== instanceUuid
  })
  return [
    ...(deployed.length > 1 ? [`${deployed.length} machines of one name`] : []),
    ...(stray.length > 0 ? ['a machine that bears no id'] : []),
    ...(mixed.length > 0 ? ['a machine that boots as another'] : []),
  ]
}
