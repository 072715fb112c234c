import { dockerImages, dockerSocketPath } from '@amphora/testbed'

/** How to go further with a driver than to import and register it. */
export interface KnownDriver {
  /** How to build an amphora that becomes active by itself. */
  readonly build?: {
    readonly options: object
    readonly request: object
    /** The backend that must answer; none where the driver is its own. */
    readonly needs?: 'docker'
  }
  /** Libraries, CommonJS, that the driver loads at its first call and not before, each with what it brings itself. */
  readonly lazy?: readonly { readonly library: string; readonly brings: readonly string[] }[]
}

/** A driver that is not listed is imported and registered, and that is all. */
export const knownDrivers: Readonly<Record<string, KnownDriver>> = {
  '@amphora/noop': { build: { options: {}, request: { type: 'VM' } } },
  '@amphora/docker': {
    build: {
      options: { socketPath: dockerSocketPath(), pull: 'never' },
      request: { type: 'Container', imageId: dockerImages.haproxy },
      needs: 'docker',
    },
    lazy: [{ library: 'dockerode', brings: ['docker-modem'] }],
  },
}
