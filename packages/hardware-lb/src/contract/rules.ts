import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HardwareCapabilities } from '../profile/capabilities.ts'
import type { Guest } from '../profile/guest.ts'
import { profileProblems } from '../profile/rules.ts'
import { expectVerdict, failureOf, type Bench } from './bench.ts'

/** A sentence that every profile makes true, and how it is tried. */
export interface ProfileRule {
  readonly title: string
  readonly check: <Stage, C extends HardwareCapabilities, Settings, G extends Guest>(
    bench: Bench<Stage, C, Settings, G>,
  ) => Promise<void>
}

/** By then what was sent has arrived, milliseconds. */
const SENT_MS = 100

/** What the engine relies on. */
export const PROFILE_RULES: readonly ProfileRule[] = [
  {
    title: 'is declared as the engine wants it',
    check: async ({ subject: { profile, otherWish } }) => {
      assert.deepEqual([...profileProblems(profile)], [], 'problems of the declaration')
      assert.match(profile.name, /^[a-z][a-z0-9-]{0,30}$/, 'the name')
      assert.notEqual(profile.title, '', 'the title')
      assert.ok(profile.ownership === 'mark' || otherWish !== undefined, 'otherWish is owed where the name is the mark')
    },
  },
  {
    title: 'connects, and finds problems of an order, without sending anything',
    check: async (bench) => {
      const { profile, requests } = bench.subject
      const order = bench.order()
      assert.deepEqual(
        profile.problems?.(order, bench.site.settings) ?? [],
        [],
        'problems of an order that can be carried out',
      )
      await sleep(SENT_MS)
      assert.equal(requests(bench.stage), 0, 'requests')
    },
  },
  {
    title: 'knows its own kind of box',
    check: async (bench) => {
      const { warnings } = await bench.appliance.identify(bench.signal())
      assert.ok(Array.isArray(warnings), 'warnings is a list')
      assert.deepEqual(await bench.keys(), [], 'guests afterwards')
    },
  },
  {
    title: 'says of what is not there that it is not there',
    check: async (bench) => {
      assert.deepEqual(await bench.appliance.find('nobody', bench.signal()), [], 'find')
      assert.equal(await bench.appliance.read('nobody', bench.signal()), undefined, 'read')
      assert.deepEqual(await bench.appliance.list(bench.signal()), [], 'list')
    },
  },
  {
    title: 'tells guests that others have made, without a mark of ours',
    check: async (bench) => {
      const name = bench.name()
      const key = await bench.subject.plant(bench.stage, name)
      const guest = await bench.appliance.read(key, bench.signal())
      assert.equal(guest?.name, name, 'its name')
      assert.doesNotMatch(guest?.mark ?? '', /^amphora:/, 'its mark')
      assert.deepEqual(
        (await bench.appliance.find(name, bench.signal())).map((one) => one.key),
        [key],
        'find',
      )
      assert.deepEqual(await bench.keys(), [key], 'list')
    },
  },
  {
    title: 'creates a guest with its name and mark, and tells the same of it by read, find and list',
    check: async (bench) => {
      const { ownership } = bench.subject.profile
      const order = bench.order()
      const made = await bench.appliance.create(order, bench.signal())
      assert.match(made.key, /^[A-Za-z0-9_.~-]{1,128}$/, 'its key')
      const guest = await bench.appliance.read(made.key, bench.signal())
      assert.ok(guest !== undefined, 'it can be read at once')
      assert.equal(guest.name, order.name, 'its name')
      if (ownership === 'mark') assert.equal(guest.mark, order.mark, 'its mark, as it stands')
      assert.equal(guest.incarnation, made.incarnation, 'the incarnation that create tells, and that read tells')
      await bench.appliance.finish?.(made.key, order, bench.signal())
      await bench.appliance.finish?.(made.key, order, bench.signal())
      await bench.reach(made.key, 'active')
      const [found] = await bench.appliance.find(order.name, bench.signal())
      const [listed] = await bench.appliance.list(bench.signal())
      const read = await bench.appliance.read(made.key, bench.signal())
      assert.deepEqual([found, listed], [read, read], 'what find and list tell')
    },
  },
  {
    title: 'knows its own order from another where there is no mark',
    check: async (bench) => {
      const { profile, otherWish } = bench.subject
      if (profile.isSameOrder === undefined || otherWish === undefined) return
      const order = bench.order()
      const guest = await bench.make(order)
      assert.ok(profile.isSameOrder(guest, bench.order(bench.subject.wish, order.name)), 'the same order')
      assert.ok(!profile.isSameOrder(guest, bench.order(otherWish, order.name)), 'another order')
    },
  },
  {
    title: 'refuses a name that is taken, and leaves its guest alone',
    check: async (bench) => {
      if (bench.subject.profile.names === 'shared') return
      const order = bench.order()
      const guest = await bench.make(order)
      const again = bench.appliance.create(bench.order(bench.subject.wish, order.name), bench.signal())
      const error = await failureOf(again, 'a second create of a name')
      assert.equal(error.code, 'already-exists')
      expectVerdict(error, ['refused'], 'a second create of a name')
      assert.equal((await bench.appliance.read(guest.key, bench.signal()))?.mark, guest.mark, 'the mark of the first')
      assert.deepEqual(await bench.keys(), [guest.key], 'guests')
    },
  },
  {
    title: 'tells a later guest of a name from an earlier one',
    check: async (bench) => {
      const name = bench.name()
      const earlier = await bench.make(bench.order(bench.subject.wish, name))
      await bench.appliance.remove(earlier, bench.signal())
      await bench.gone(earlier.key)
      const later = await bench.make(bench.order(bench.subject.wish, name))
      const nameOf = ({ key, incarnation, mark }: Guest): string => [key, incarnation, mark].join(' ')
      assert.notEqual(nameOf(later), nameOf(earlier), 'key, incarnation and mark')
    },
  },
  {
    title: 'says of no room that there is none, and leaves nothing behind; or the guest ends in error with a reason',
    check: async (bench) => {
      const undo = await bench.subject.fill(bench.stage)
      const order = bench.order()
      const room = await bench.appliance.capacity?.(bench.signal())
      const end = await bench.appliance.create(order, bench.signal()).catch((thrown: unknown) => ({ thrown }))
      if ('thrown' in end) {
        const error = await failureOf(Promise.reject(end.thrown), 'a create without room')
        assert.equal(error.code, 'resource-exhausted')
        assert.ok(error.reason !== undefined, 'a reason, which tells it from the wish to be asked less often')
        assert.equal(error.retryAfterMs, undefined, 'retryAfterMs')
        expectVerdict(error, ['refused'], 'a create without room')
        assert.deepEqual(await bench.keys(), [], 'guests')
      } else {
        assert.ok(room !== undefined, 'capacity is owed where the box takes what it has no room for')
        const guest = await bench.reach(end.key, 'error')
        assert.ok(guest.status.fault !== undefined && guest.status.reason !== undefined, 'fault and reason')
        await bench.appliance.remove(guest, bench.signal())
        await bench.gone(end.key)
      }
      await undone(undo)
    },
  },
  {
    title: 'suspends and resumes, also what is so already',
    check: async (bench) => {
      const { appliance } = bench
      if (bench.subject.profile.capabilities.suspend === undefined) {
        assert.ok(!('suspend' in appliance), 'suspend, which is not declared, is not there')
        return
      }
      const { key } = await bench.make()
      const active = await bench.reach(key, 'active')
      await appliance.suspend?.(active, bench.signal())
      const suspended = await bench.reach(key, 'suspended')
      await appliance.suspend?.(suspended, bench.signal())
      await appliance.resume?.(await bench.reach(key, 'suspended'), bench.signal())
      const resumed = await bench.reach(key, 'active')
      assert.deepEqual([resumed.mark, resumed.incarnation], [active.mark, active.incarnation], 'mark and incarnation')
    },
  },
  {
    title: 'removes a guest in whatever state, also again, and nothing else',
    check: async (bench) => {
      const other = await bench.subject.plant(bench.stage, bench.name())
      const young = await bench.make()
      await bench.appliance.remove(young, bench.signal())
      await bench.gone(young.key)
      await bench.appliance.remove(young, bench.signal())
      await bench.appliance.removeLeftovers?.(young.key, bench.signal())
      await bench.appliance.removeLeftovers?.('nobody', bench.signal())
      assert.deepEqual(await bench.keys(), [other], 'guests')
    },
  },
  {
    title: 'takes an outage for an outage: unavailable, never absent, and nothing sent',
    check: async (bench) => {
      const guest = await bench.make()
      const undo = await bench.subject.down(bench.stage)
      const { appliance } = bench
      const steps = {
        identify: () => appliance.identify(bench.signal()),
        find: () => appliance.find(guest.name, bench.signal()),
        read: () => appliance.read(guest.key, bench.signal()),
        list: () => appliance.list(bench.signal()),
        remove: () => appliance.remove(guest, bench.signal()),
      }
      for (const [step, take] of Object.entries(steps)) {
        assert.equal((await failureOf(take(), step)).code, 'unavailable', `the code of ${step}`)
      }
      const error = await failureOf(appliance.create(bench.order(), bench.signal()), 'create')
      assert.equal(error.code, 'unavailable', 'the code of create')
      expectVerdict(error, ['unsent'], 'create')
      await undone(undo)
      assert.deepEqual(await bench.keys(), [guest.key], 'guests afterwards')
    },
  },
  {
    title: 'sends nothing for a signal that is aborted already',
    check: async (bench) => {
      const { requests } = bench.subject
      const guest = await bench.make()
      const before = requests(bench.stage)
      const { appliance } = bench
      const over = AbortSignal.abort(new Error('over'))
      await Promise.all([
        failureOf(appliance.find(guest.name, over), 'find'),
        failureOf(appliance.read(guest.key, over), 'read'),
        failureOf(appliance.list(over), 'list'),
        failureOf(appliance.create(bench.order(), over), 'create'),
        failureOf(appliance.remove(guest, over), 'remove'),
      ])
      assert.equal(requests(bench.stage) - before, 0, 'requests')
    },
  },
  {
    title: 'reads any row of its table, whatever is in it',
    check: async ({ subject: { profile } }) => {
      const { table } = profile
      if (table === undefined) return
      const values = [undefined, 0, 4_711, 'text', new Uint8Array(), Uint8Array.of(0, 255, 1), 7n]
      for (const value of values) {
        const row = Object.fromEntries(Object.keys(table.columns).map((column) => [column, value]))
        const guest = table.read(row, '1.2.3')
        assert.ok(guest === undefined || guest.key !== '', 'a row tells which guest it is of, or nothing')
        assert.ok(guest?.status.state !== 'active' || value === 1, 'what nobody has mapped is unknown')
      }
      assert.ok(table.indexOf === undefined || table.indexOf('web') !== '', 'indexOf')
    },
  },
]

async function undone(undo: AsyncDisposable | Disposable): Promise<void> {
  if (Symbol.asyncDispose in undo) await undo[Symbol.asyncDispose]()
  else undo[Symbol.dispose]()
}
