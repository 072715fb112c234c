import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import type { BackendControl, Fault, Undo, Verb } from '@amphora/conformance'
import type { FakeServer, RouteTemplate, WireFault } from '@amphora/conformance/fake-server'

/** A fake of one box that is spoken to over HTTP. */
export interface Simulator extends Box {
  readonly server: FakeServer
}

/** What a fake of one box shows. Names are those of requests; how the box writes them is the fake's affair. */
export interface Box {
  /** `<key>:<incarnation>` of every guest, and one text for everything else that somebody pays for. */
  inventory(): readonly string[]
  holds(name: string): boolean
  /** A guest of this name that bears nobody's mark: its `<key>:<incarnation>`. */
  plant(name: string): string
  /** Makes the box say this word of the guest, until a verb changes it. */
  force(name: string, word: string): void
  /** From now on there is no room, or there is again. */
  setFull(isFull: boolean): void
  /** From now on what is accepted stays unfinished, or is finished. */
  setHeld(isHeld: boolean): void
  close(): Promise<void>
}

/** What travels between us and a box, and how it is made to go wrong. */
export interface BoxWire {
  requests(): number
  /** Resolves when nothing is still to happen late. */
  idle(): Promise<void>
  down(): Promise<AsyncDisposable>
  inject(fault: Fault): Promise<AsyncDisposable>
}

/** Two boxes of a kind, each a failure domain of its own. */
export interface Pair<S extends Box> {
  readonly left: S
  readonly right: S
}

const SIDES = ['left', 'right'] as const
/** A request and its answer take a few turns of the event loop, however slow the machine is. */
const QUIET_TURNS = 30
/** Two logins, and the request before each of them or after. */
const MOST_WITH_A_LOGIN = 4

export async function openPair<S extends Box>(open: () => Promise<S>): Promise<Pair<S>> {
  return { left: await open(), right: await open() }
}

export async function closePair<S extends Box>({ left, right }: Pair<S>): Promise<void> {
  await Promise.all([left.close(), right.close()])
}

/**
 * The control over a pair that speaks HTTP. `deeds` names the request that carries out each verb; `wrongShape` is JSON that
 * no answer of this box ever is.
 */
export function controlOf<S extends Simulator>(
  deeds: Readonly<Record<Verb, RouteTemplate>>,
  wrongShape: unknown,
): BackendControl<Pair<S>> {
  const wireFault = ({ on, ...fault }: Fault): WireFault => {
    if (fault.kind === 'refuse') return { kind: 'refuse' }
    if (fault.kind !== 'wrong-shape') return { ...fault, on: deeds[on] }
    const { times } = fault
    return { on: deeds[on], ...(times === undefined ? {} : { times }), kind: 'wrong-shape', json: wrongShape }
  }
  return controlOver(({ server }) => ({
    requests: () => server.count(),
    idle: () => server.idle(),
    down: () => server.down(),
    inject: (fault) => server.inject(wireFault(fault)),
  }))
}

/** The control over a pair, whatever it speaks. */
export function controlOver<S extends Box>(wireOf: (one: S) => BoxWire): BackendControl<Pair<S>> {
  /** What had arrived when the oldest refusal to believe us began; meanwhile the box that was asked more counts. */
  const refusing = new WeakMap<Pair<S>, readonly [number, number]>()
  const arrived = ({ left, right }: Pair<S>): readonly [number, number] => [
    wireOf(left).requests(),
    wireOf(right).requests(),
  ]
  /**
   * Until nothing is on its way any more. Where one box has failed, what the other was asked is called off, and may still
   * arrive: it belongs to the call that has sent it, and not to the next.
   */
  async function quiet(pair: Pair<S>): Promise<void> {
    let [before, calm] = [arrived(pair).join(), 0]
    while (calm < QUIET_TURNS) {
      await turn()
      const now = arrived(pair).join()
      calm = now === before ? calm + 1 : 0
      before = now
    }
  }
  return {
    inventory: (pair) => SIDES.flatMap((side) => pair[side].inventory().map((item) => `${side}:${item}`)),
    settle: async ({ left, right }) => void (await Promise.all([wireOf(left).idle(), wireOf(right).idle()])),
    plantForeign: ({ left }, name) => ({ id: `left:${left.plant(name)}` }),
    // How often a login is tried is counted for one box, and a look for a name asks both.
    requests: (pair) => {
      const [left, right] = arrived(pair)
      const [leftBefore, rightBefore] = refusing.get(pair) ?? [left, right]
      return leftBefore + rightBefore + Math.max(left - leftBefore, right - rightBefore)
    },
    force: (pair, name, word) => pair[sideOf(pair, name)].force(name, word),
    exhaust: (pair) => switched(pair, (one, on) => one.setFull(on)),
    holdBuilds: (pair) => switched(pair, (one, on) => one.setHeld(on)),
    down: (pair) => onBoth(pair, (one) => wireOf(one).down()),
    inject: async (pair, fault) => {
      const undo = await onBoth(pair, (one) => wireOf(one).inject(fault))
      if (fault.kind !== 'status' || fault.status !== 401) return undo
      await quiet(pair)
      const before = arrived(pair)
      refusing.set(pair, before)
      return {
        [Symbol.asyncDispose]: async () => {
          await quiet(pair)
          refusing.delete(pair)
          const most = Math.max(...arrived(pair).map((count, at) => count - (before[at] ?? 0)))
          await undo[Symbol.asyncDispose]()
          assert.ok(most <= MOST_WITH_A_LOGIN, `requests at one box, late ones too: at most 4; found ${most}`)
        },
      }
    },
    hostOf: sideOf,
  }
}

function sideOf<S extends Box>(pair: Pair<S>, name: string): (typeof SIDES)[number] {
  const side = SIDES.find((one) => pair[one].holds(name))
  if (side === undefined) throw new Error(`nothing is called ${name}`)
  return side
}

function switched<S extends Box>({ left, right }: Pair<S>, set: (one: S, on: boolean) => void): Undo {
  const both = (on: boolean): void => [left, right].forEach((one) => set(one, on))
  both(true)
  return { [Symbol.dispose]: () => both(false) }
}

async function onBoth<S>(
  { left, right }: { readonly left: S; readonly right: S },
  act: (one: S) => Promise<AsyncDisposable>,
): Promise<AsyncDisposable> {
  const undos = [await act(left), await act(right)]
  return {
    [Symbol.asyncDispose]: async () => {
      for (const one of undos) await one[Symbol.asyncDispose]()
    },
  }
}
