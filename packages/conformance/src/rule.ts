import type { Capabilities } from '@amphora/core'
import type { Control } from './backend-control.ts'
import type { Scene } from './run/scene.ts'
import type { Subject, Told } from './subject.ts'

/** `<family>/<what it demands>`. */
export type RuleId = `${string}/${string}`

/** What a rule needs beside a driver: a means of control over the backend, or something that the subject tells. */
export type Need =
  | Control
  | keyof Pick<Told, 'options' | 'unknownImage' | 'states' | 'imageFile' | 'pageSize' | 'attachTarget'>

/** When a rule applies: only where a capability is declared, or only where something is not. */
type Condition = { readonly declares: keyof Capabilities } | { readonly lacks: keyof Capabilities }

/** One sentence of the contract, and how it is put to the test. */
export interface Rule {
  readonly id: RuleId
  readonly level: 'must' | 'should'
  /** The rule itself, as the contract states it. */
  readonly title: string
  /** Left out: it applies to every driver. */
  readonly when?: Condition
  readonly needs?: readonly Need[]
  /** `alone`: nothing else may run meanwhile. `last`: it judges the whole run. */
  readonly order?: 'alone' | 'last'
  /** Rejects where the rule is broken. */
  readonly check: (scene: Scene) => Promise<void>
}

/** Whether the rule applies to a driver of these capabilities. */
export function applies({ when }: Rule, capabilities: Capabilities): boolean {
  if (when === undefined) return true
  if ('declares' in when) return capabilities[when.declares] !== undefined
  // A driver that takes flavors by name or by size only is tested for refusing the other kind.
  return capabilities[when.lacks] === undefined || (when.lacks === 'flavor' && capabilities.flavor !== 'either')
}

/** What the subject does not give of what the rule needs. */
export function missing<Stage>({ needs = [] }: Rule, subject: Subject<Stage>): readonly Need[] {
  return needs.filter((need) => !has(subject.backend, need) && !has(subject, need))
}

/** Whether it is there, also where it is a method of a class. */
export function has(of: object | undefined, member: string): boolean {
  return of !== undefined && Reflect.get(of, member) !== undefined
}
