import type { HardwareCapabilities } from '../profile/capabilities.ts'
import type { Guest } from '../profile/guest.ts'
import { Bench } from './bench.ts'
import { PROFILE_RULES, type ProfileRule } from './rules.ts'
import type { ProfileSubject, TestRunner } from './subject.ts'

export type { ProfileSubject, TestRunner, Wish } from './subject.ts'

/**
 * Tries a profile step by step, on a box of its own for each rule: one test per rule. Whether the driver that is made of it
 * keeps the driver contract is for `@amphora/conformance` to say.
 */
export function profileContract<Stage, C extends HardwareCapabilities, Settings, G extends Guest>(
  { describe, it }: TestRunner,
  subject: ProfileSubject<Stage, C, Settings, G>,
): void {
  describe(`the profile "${subject.profile.name}"`, () => {
    for (const rule of PROFILE_RULES) it(rule.title, () => tried(rule, subject))
  })
}

async function tried<Stage, C extends HardwareCapabilities, Settings, G extends Guest>(
  rule: ProfileRule,
  subject: ProfileSubject<Stage, C, Settings, G>,
): Promise<void> {
  const stage = await subject.open()
  try {
    const bench = new Bench(subject, stage)
    try {
      await rule.check(bench)
    } finally {
      await bench.close()
    }
  } finally {
    await subject.close(stage)
  }
}
