import { AmphoraComputeError } from '@amphora/core'

/** What we were told of the cloud does not do. Nothing was sent. */
export function configError(message: string): AmphoraComputeError {
  return new AmphoraComputeError(message, { code: 'failed-precondition', reason: 'openstack/configuration' })
}
