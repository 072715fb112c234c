import { describe } from 'vitest'
import { alteonVx } from '../../src/index.ts'
import { racesForTheLastSlot } from '../last-slot.ts'
import { createFakeAlteon, type FakeAlteon } from './fake-alteon.ts'
import { optionsFor, USER } from './setting.ts'

const race = {
  plugin: alteonVx,
  options: (fake: FakeAlteon) => optionsFor(fake.agent.port),
  request: (name: string) => ({ name, type: 'HWLoadBalancer', flavor: 'small' }),
}

describe('for the last index', () => {
  racesForTheLastSlot({ ...race, open: () => createFakeAlteon({ users: [USER], maxId: 1 }) })
})

describe('for the last capacity unit', () => {
  racesForTheLastSlot({ ...race, open: () => createFakeAlteon({ users: [USER], units: 1 }) })
})
