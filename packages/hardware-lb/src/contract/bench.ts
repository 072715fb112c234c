import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { AmphoraComputeError, silentLogger, systemClock, type AmphoraState } from '@amphora/core'
import { verdictOf, type Verdict } from '../errors.ts'
import { fingerprintTag, newNonce, writeMark } from '../mark.ts'
import { optionsSchema } from '../options.ts'
import type { HardwareSettings } from '../inventory/settings.ts'
import type { HardwareCapabilities } from '../profile/capabilities.ts'
import type { Guest, GuestOrder } from '../profile/guest.ts'
import { openSite, type Site } from '../site.ts'
import type { ProfileSubject, Wish } from './subject.ts'

const STATE_MS = 30_000
const POLL_MS = 10
/** Of one step. */
const STEP_MS = 30_000
const OWNER = 'contract'

/** One box, spoken to by the profile, as the engine would have it. */
export class Bench<Stage, C extends HardwareCapabilities, Settings, G extends Guest> {
  readonly subject: ProfileSubject<Stage, C, Settings, G>
  readonly stage: Stage
  readonly site: Site<Settings, G>
  #names = 0

  constructor(subject: ProfileSubject<Stage, C, Settings, G>, stage: Stage) {
    this.subject = subject
    this.stage = stage
    const options = { inventory: { appliances: { box: subject.appliance(stage) } } }
    const [entry] = settingsOf(subject, options).entries
    assert.ok(entry !== undefined, `the appliance is of the profile "${subject.profile.name}"`)
    const context = { owner: OWNER, logger: silentLogger, signal: new AbortController().signal, clock: systemClock }
    this.site = openSite(subject.profile, entry, context)
  }

  get appliance(): Site<Settings, G>['appliance'] {
    return this.site.appliance
  }

  signal(): AbortSignal {
    return AbortSignal.timeout(STEP_MS)
  }

  /** As the engine makes one: the owner stands before the name where the name is the mark. */
  order(wish: Wish = this.subject.wish, name: string = this.name()): GuestOrder {
    const nonce = newNonce()
    const mark = writeMark({ owner: OWNER, fingerprint: fingerprintTag('v1:contract'), nonce, group: undefined })
    const { ownership } = this.subject.profile
    return { ...wish, name: ownership === 'name' && !name.startsWith(OWNER) ? `${OWNER}-${name}` : name, mark, nonce }
  }

  name(): string {
    this.#names += 1
    return this.subject.name?.(this.#names) ?? `guest${this.#names}`
  }

  /** Makes one, with all its steps. */
  async make(order: GuestOrder = this.order()): Promise<G> {
    const made = await this.appliance.create(order, this.signal())
    if (made.isUnfinished === true) await this.appliance.finish?.(made.key, order, this.signal())
    const guest = await this.appliance.read(made.key, this.signal())
    assert.ok(guest !== undefined, 'what was created can be read under its key')
    return guest
  }

  /** Looks until the guest is in the state; gone is no state. */
  async reach(key: string, state: AmphoraState): Promise<G> {
    const until = performance.now() + (this.subject.stateMs ?? STATE_MS)
    for (;;) {
      const guest = await this.appliance.read(key, this.signal())
      assert.ok(guest !== undefined, `the guest is there while it is to become ${state}`)
      if (guest.status.state === state) return guest
      assert.ok(
        performance.now() < until,
        `the guest becomes ${state}; it is ${guest.status.state} (${guest.status.raw})`,
      )
      await sleep(POLL_MS)
    }
  }

  /** Looks until it is gone. */
  async gone(key: string): Promise<void> {
    const until = performance.now() + (this.subject.stateMs ?? STATE_MS)
    while ((await this.appliance.read(key, this.signal())) !== undefined) {
      assert.ok(performance.now() < until, 'the guest goes once its removal is accepted')
      await sleep(POLL_MS)
    }
  }

  /** Every guest by its key. */
  async keys(): Promise<readonly string[]> {
    return (await this.appliance.list(this.signal())).map(({ key }) => key).sort()
  }

  close(): Promise<void> {
    return this.site.close()
  }
}

/** The failure of a step, of the one class that there is. */
export async function failureOf(promise: Promise<unknown>, what: string): Promise<AmphoraComputeError> {
  const end = await promise.then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  assert.ok(end !== undefined, `${what} rejects`)
  assert.ok(
    end.thrown instanceof AmphoraComputeError,
    `${what} rejects with an AmphoraComputeError; found ${String(end.thrown)}`,
  )
  return end.thrown
}

export function expectVerdict(error: AmphoraComputeError, verdicts: readonly Verdict[], what: string): void {
  const found = verdictOf(error)
  assert.ok(verdicts.includes(found), `the verdict of ${what} is ${verdicts.join(' or ')}; found ${found}`)
}

function settingsOf<Stage, C extends HardwareCapabilities, Settings, G extends Guest>(
  { profile }: ProfileSubject<Stage, C, Settings, G>,
  options: object,
): HardwareSettings<Settings> {
  const result = optionsSchema(profile)['~standard'].validate(options)
  assert.ok(
    typeof result === 'object' && result !== null && 'value' in result,
    `the inventory is accepted; found ${JSON.stringify(result)}`,
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the schema answers, by its own types
  return result.value as HardwareSettings<Settings>
}
