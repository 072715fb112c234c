import { setTimeout as sleep } from 'node:timers/promises'
import { deviationProblems } from '../deviation.ts'
import { judge, type Judgement, type Outcome } from '../judge/judgement.ts'
import { verdictOf } from '../judge/verdict.ts'
import { secretOf } from '../observe/secret.ts'
import { Witness } from '../observe/witness.ts'
import { witnessChannels } from '../observe/witness-channels.ts'
import type { BackendKind, Report, RuleReport } from '../report.ts'
import { applies, missing, type Rule } from '../rule.ts'
import { rules } from '../rules.ts'
import type { Subject } from '../subject.ts'
import { Names } from './names.ts'
import { Planted } from './planted.ts'
import type { Run } from './run.ts'
import { Scene } from './scene.ts'

/** How long a rule may take: far above what any takes, so that a driver that hangs does not hang the run. */
const LONGEST_MS: Readonly<Record<BackendKind, number>> = { fake: 60_000, live: 900_000 }

export interface SessionOptions {
  readonly backend: BackendKind
  readonly now?: () => Date
  /** Ends the rules that are under way and begins no others; everything made is removed all the same. */
  readonly stop?: AbortSignal | undefined
}

/** One run of the rules over one subject. */
export class Session<Stage> {
  readonly #subject: Subject<Stage>
  readonly #options: SessionOptions
  readonly #run: Run
  readonly #judged = new Map<string, RuleReport>()
  readonly #startedAt: number
  readonly #beganAt: Date
  /** Open while a rule runs: channels are the process's, and show each message once to whoever listens. */
  #channels: Disposable | undefined
  #running = 0

  /** @throws {TypeError} where the subject's deviations cannot be used. */
  constructor(subject: Subject<Stage>, options: SessionOptions) {
    const problems = [...deviationProblems(subject.deviations ?? [], new Set(rules.map(({ id }) => id)))]
    if (problems.length > 0)
      throw new TypeError(`The deviations of "${subject.name}" cannot be used: ${problems.join('; ')}`)
    const planted = new Planted()
    const told = subject.secrets.map((secret, index) => secretOf(`the subject's secret ${index + 1}`, secret))
    this.#subject = subject
    this.#options = options
    this.#run = {
      backend: options.backend,
      witness: new Witness([...told, ...planted.secrets]),
      names: new Names(),
      planted,
      left: [],
    }
    this.#startedAt = performance.now()
    this.#beganAt = this.#now()
  }

  /** What is known of the rule without running it; `undefined` where it has to be run. */
  standing(rule: Rule): Outcome | undefined {
    const { plugin } = this.#subject
    if (!applies(rule, plugin.definition.capabilities)) {
      return { result: rule.when !== undefined && 'lacks' in rule.when ? 'declared' : 'not-declared' }
    }
    const needed = missing(rule, this.#subject)
    if (needed.length === 0) return undefined
    const note = `needs ${needed.join(', ')}`
    return { result: this.#options.backend === 'live' ? 'left-to-fake' : 'unproven', note }
  }

  /** How the name of everything begins that is made. */
  get prefix(): string {
    return this.#run.names.prefix
  }

  /** How long a test runner should give one rule, milliseconds, its clean-up included. */
  get longestMs(): number {
    return 2 * LONGEST_MS[this.#options.backend]
  }

  /** Runs the rule, where it has to be run, and enters what it came to. */
  async judge(rule: Rule): Promise<{ readonly judgement: Judgement; readonly report: RuleReport }> {
    const startedAt = performance.now()
    const known = this.standing(rule)
    const outcome = known ?? (await this.#outcome(rule))
    const deviation = this.#subject.deviations?.find((candidate) => candidate.rule === rule.id)
    const judgement = judge(outcome, deviation, this.#now())
    const { result } = judgement
    const note = judgement.note === undefined ? undefined : this.#run.witness.redacted(judgement.note)
    const ms = known === undefined ? { ms: Math.round(performance.now() - startedAt) } : {}
    const { id, level } = rule
    const report = { id, level, result, ...(note === undefined ? {} : { note }), ...ms }
    this.#judged.set(id, report)
    return { judgement, report }
  }

  /** The report over all rules; those that were not run are unproven. */
  report(): Report {
    const { plugin, name } = this.#subject
    const { backend } = this.#options
    const all = rules.map((rule) => this.#judged.get(rule.id) ?? this.#notRun(rule))
    return {
      subject: name,
      driver: plugin.definition.name,
      apiVersion: plugin.definition.apiVersion,
      backend,
      verdict: verdictOf(all, backend),
      startedAt: this.#beganAt.toISOString(),
      ms: Math.round(performance.now() - this.#startedAt),
      rules: all,
      prefix: this.prefix,
      left: [...this.#run.left],
    }
  }

  #notRun({ id, level }: Rule): RuleReport {
    return { id, level, result: 'unproven', note: 'it was not run' }
  }

  async #outcome(rule: Rule): Promise<Outcome> {
    if (this.#isStopped()) return { result: 'unproven', note: 'the run was stopped before' }
    this.#channels ??= witnessChannels(this.#run.witness)
    this.#running += 1
    try {
      const failure = await this.#failure(rule)
      if (failure === undefined) return { result: 'passed' }
      return this.#isStopped()
        ? { result: 'unproven', note: 'the run was stopped' }
        : { result: 'failed', error: failure.error }
    } finally {
      this.#running -= 1
      if (this.#running === 0) this.#deafen()
    }
  }

  async #failure(rule: Rule): Promise<{ readonly error: unknown } | undefined> {
    let scene: Scene
    try {
      scene = await Scene.open(rule.id, this.#subject, this.#run)
    } catch (error) {
      return { error }
    }
    let failure: { readonly error: unknown } | undefined
    try {
      await this.#inTime(() => rule.check(scene), 'The rule', this.#options.stop)
    } catch (error) {
      failure = { error }
    }
    try {
      const left = await this.#inTime(() => scene.close(), 'The clean-up')
      this.#run.left.push(...left.map((item) => `${item} (made for ${rule.id})`))
    } catch (error) {
      this.#run.left.push(`something that could not be looked for (made for ${rule.id})`)
      failure ??= { error }
    }
    return failure
  }

  /** Rejects where it takes too long, or, with a signal, as soon as that aborts. */
  async #inTime<T>(begin: () => Promise<T>, what: string, stop?: AbortSignal): Promise<T> {
    const limitMs = LONGEST_MS[this.#options.backend]
    const over = new AbortController()
    const signal = stop === undefined ? over.signal : AbortSignal.any([over.signal, stop])
    // The timer comes before what it bounds: a rule may count what there is.
    const tooLong = sleep(limitMs, undefined, { signal }).then(
      () => Promise.reject(new Error(`${what} did not come to an end within ${limitMs} ms`)),
      () => Promise.reject(new Error('The run was stopped')),
    )
    tooLong.catch(() => {})
    try {
      const work = begin()
      work.catch(() => {})
      return await Promise.race([work, tooLong])
    } finally {
      over.abort()
    }
  }

  #deafen(): void {
    this.#channels?.[Symbol.dispose]()
    this.#channels = undefined
  }

  #isStopped(): boolean {
    return this.#options.stop?.aborted === true
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date()
  }
}
