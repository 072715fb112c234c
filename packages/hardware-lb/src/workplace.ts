import type { Clock } from '@amphora/core'
import type { HardwareSettings } from './inventory/settings.ts'
import type { Ownership } from './ownership.ts'
import type { HardwareCapabilities } from './profile/capabilities.ts'
import type { Guest } from './profile/guest.ts'
import type { ApplianceProfile } from './profile/profile.ts'
import type { Site } from './site.ts'

/** Everything that the verbs of one driver work with. */
export interface Workplace<Settings, G extends Guest> {
  readonly profile: ApplianceProfile<HardwareCapabilities, Settings, G>
  readonly settings: HardwareSettings<Settings>
  readonly sites: readonly Site<Settings, G>[]
  readonly ownership: Ownership
  readonly clock: Clock
}
