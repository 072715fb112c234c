import { AmphoraBuildError, InvalidRequestError, NotImplementedError, type AmphoraComputeError } from '@amphora/core'
import { NOTHING_LEFT, type Aftermath } from '../invocation.ts'
import type { FailureContext } from './failure.ts'

/** What stands after a command that failed so. */
export function leftBehind(error: AmphoraComputeError, context: FailureContext): Aftermath {
  if (error instanceof InvalidRequestError || error instanceof NotImplementedError) return NOTHING_SENT
  if (error instanceof AmphoraBuildError) return leftByBuild(error, context.argv, context.reaped)
  const { aftermath, stopped } = context
  if (aftermath === NOTHING_LEFT) return stopped === undefined ? aftermath : NOTHING_CHANGED
  if (aftermath.onlyInDoubt === true && !error.recovery.inDoubt) return NOTHING_LEFT
  // What has failed for good is not waited for again.
  const isOver = error.code === 'failed-precondition'
  return isOver ? { ...aftermath, next: aftermath.next.filter(([command]) => command !== 'wait') } : aftermath
}

const NOTHING_SENT: Aftermath = { left: ['Nothing was sent.'], next: [] }
const NOTHING_CHANGED: Aftermath = { left: ['Nothing was changed.'], next: [] }

/** What a failed build leaves behind. `argv` is what it was called with; `reaped`, what core has deleted since. */
export function leftByBuild(error: AmphoraBuildError, argv: readonly string[], reaped: readonly string[]): Aftermath {
  const { outcome, amphoraId, amphoraName } = error
  if (outcome === 'not-created') return { left: ['Nothing was created.'], next: [] }
  if (outcome === 'created-then-failed') {
    const named = amphoraId ?? amphoraName
    return { left: [`${named ?? 'An amphora'} exists.`], next: named === undefined ? [] : [['delete', named]] }
  }
  if (reaped.length > 0) {
    return { left: [`${reaped.join(', ')} was made all the same, and has been deleted again.`], next: [] }
  }
  if (amphoraName === undefined) return { left: ['An amphora may exist.'], next: [['list']] }
  const again = readsStdin(argv) ? [SAME_INPUT] : []
  return {
    left: [`An amphora named ${amphoraName} may exist: the backend was asked, and its answer is not known.`, ...again],
    next: [withName(argv, amphoraName), ['get', amphoraName]],
  }
}

const SAME_INPUT = 'To repeat it, give it the same input on stdin.'

function readsStdin(argv: readonly string[]): boolean {
  return argv.some((word) => word === '-' || word.endsWith('=-'))
}

/** Repeating a build under its name gives the one instance, also where the name was made for it. */
function withName(argv: readonly string[], name: string): readonly string[] {
  const isNamed = argv.some((word) => word === '--name' || word.startsWith('--name='))
  return isNamed ? argv : [...argv, '--name', name]
}
