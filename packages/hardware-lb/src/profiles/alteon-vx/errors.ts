import { ApplianceError, evidence } from '../../errors.ts'

/** The box's last words where there is no room; it has no code for that. */
const NO_ROOM = /capacity|not enough|insufficient|exceed|maximum|no more|throughput/i

/** What a refused `apply` means. Nothing of the candidate holds then; it has been dropped. */
export function refusedApply(said: string): ApplianceError {
  const isFull = NO_ROOM.test(said)
  const message = isFull ? 'Alteon has no room for the vADC' : 'Alteon would not apply the change'
  return new ApplianceError(message, {
    verdict: 'refused',
    code: isFull ? 'resource-exhausted' : 'conflict',
    reason: isFull ? 'alteon-vx/no-room' : 'alteon-vx/not-applied',
    cause: evidence('Alteon:', said),
  })
}

/** Another controller has been faster, or has dropped what we wrote. */
export function overtaken(): ApplianceError {
  return new ApplianceError(
    'another controller changes the same Alteon; one for each Alteon is all that it is made for',
    {
      verdict: 'refused',
      code: 'conflict',
      reason: OVERTAKEN,
    },
  )
}

export const OVERTAKEN = 'alteon-vx/overtaken'

export function nameTaken(): ApplianceError {
  return new ApplianceError('a vADC of this name exists', {
    verdict: 'refused',
    code: 'already-exists',
    reason: 'alteon-vx/name-taken',
  })
}

/** Two reads that do not agree prove nothing. */
export function incoherent(step: string): ApplianceError {
  return new ApplianceError(`Alteon was asked twice to ${step}, and said something else each time; try again`, {
    verdict: 'unsent',
    code: 'unavailable',
    reason: 'alteon-vx/changing',
  })
}

export function unreadable(step: string): ApplianceError {
  return new ApplianceError(`Alteon was asked to ${step} and answered with something else than it should`, {
    verdict: 'unsent',
    code: 'internal',
    reason: 'alteon-vx/unreadable-answer',
  })
}
