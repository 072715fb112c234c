import type { DriverBinding } from '@amphora/core'
import type { BackendControl, Control } from '../backend-control.ts'
import { has } from '../rule.ts'
import type { Subject } from '../subject.ts'

type Bound<Method> = Method extends (stage: undefined, ...rest: infer Rest) => infer Answer
  ? (...rest: Rest) => Promise<Awaited<Answer>>
  : never

/** The control over one backend, in a rule's hands. What the subject does not give rejects; a rule says what it needs. */
export type BoundControl = { readonly [K in Control]: Bound<NonNullable<BackendControl[K]>> }

/** One backend, open for one rule. */
export interface OpenStage {
  readonly bind: () => Promise<DriverBinding>
  readonly control: BoundControl
  /** Whether the subject gives this control. */
  readonly can: (control: Control) => boolean
  readonly close: () => Promise<void>
}

export async function openStage<Stage>(subject: Subject<Stage>): Promise<OpenStage> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- where there is no `open`, `Stage` is undefined
  const stage = (await subject.open?.()) as Stage
  return {
    bind: async () => subject.driver(stage),
    control: boundControl(subject, stage),
    can: (control) => has(subject.backend, control),
    close: async () => subject.close?.(stage),
  }
}

function boundControl<Stage>({ backend }: Subject<Stage>, stage: Stage): BoundControl {
  const given = <T>(name: Control, answer: T | undefined): T => {
    if (answer !== undefined) return answer
    throw new TypeError(`The rule uses backend.${name} without naming it among its needs`)
  }
  return {
    inventory: async () => given('inventory', backend?.inventory(stage)),
    settle: async () => backend?.settle?.(stage),
    arrived: async (name) => given('arrived', backend?.arrived?.(stage, name)),
    plantForeign: async (name) => given('plantForeign', backend?.plantForeign?.(stage, name)),
    requests: async () => given('requests', backend?.requests?.(stage)),
    force: async (name, word) => backend?.force?.(stage, name, word),
    exhaust: async () => given('exhaust', backend?.exhaust?.(stage)),
    holdBuilds: async () => given('holdBuilds', backend?.holdBuilds?.(stage)),
    down: async () => given('down', backend?.down?.(stage)),
    inject: async (fault) => given('inject', backend?.inject?.(stage, fault)),
    hostOf: async (name) => given('hostOf', backend?.hostOf?.(stage, name)),
  }
}
