import { Refusal } from './refusal.ts'

/** The words this world has for what an instance is doing. One put there by force may be any other. */
export type Word =
  | 'building'
  | 'active'
  | 'suspending'
  | 'suspended'
  | 'resuming'
  | 'stopped'
  | 'deleting'
  | 'deleted'
  | 'error'

/** Why an instance is in `error`. */
export interface Ending {
  readonly fault: string
  readonly reason?: string
}

/** Where an instance stands and what becomes of it by itself: until `until` (monotonic milliseconds) `word`, from then on `next`. */
export interface Motion {
  readonly word: string
  readonly until: number
  readonly next: string
  readonly ending?: Ending
}

/** How long the steps take, milliseconds. */
export interface Durations {
  readonly buildMs: number
  readonly deleteMs: number
  readonly suspendMs: number
  readonly resumeMs: number
}

/** The word that holds at `now`: time alone moves an instance on, so no timer is needed to do it. */
export function wordAt(motion: Motion, now: number): string {
  return now < motion.until ? motion.word : motion.next
}

/** Stays as it is until somebody changes it. */
export function at(word: string, ending?: Ending): Motion {
  return { word, until: Infinity, next: word, ...(ending && { ending }) }
}

export function building(now: number, { buildMs }: Durations, ending?: Ending): Motion {
  const until = now + buildMs
  return ending === undefined
    ? { word: 'building', until, next: 'active' }
    : { word: 'building', until, next: 'error', ending }
}

/** What deleting makes of it; `undefined` where it is being deleted already. */
export function deleting(motion: Motion, now: number, { deleteMs }: Durations): Motion | undefined {
  const word = wordAt(motion, now)
  if (word === 'deleting') return undefined
  return { word: 'deleting', until: now + deleteMs, next: 'deleted' }
}

/** What suspending makes of it; `undefined` where it is suspended already, or about to be. */
export function suspending(motion: Motion, now: number, { suspendMs }: Durations): Motion | undefined {
  const word = wordAt(motion, now)
  if (word === 'suspended' || word === 'suspending') return undefined
  if (word === 'active') return { word: 'suspending', until: now + suspendMs, next: 'suspended' }
  if (word === 'building' || word === 'resuming') throw new Refusal('busy')
  throw new Refusal(word === 'deleting' ? 'being-deleted' : 'not-active')
}

export function resuming(motion: Motion, now: number, { resumeMs }: Durations): Motion {
  if (wordAt(motion, now) !== 'suspended') throw new Refusal('not-suspended')
  return { word: 'resuming', until: now + resumeMs, next: 'active' }
}
