import { describe, expect, inject, it } from 'vitest'
import { clients } from '../src/install.ts'
import { nodeLines } from '../src/nodes.ts'
import { isDriver } from '../src/public-package.ts'
import { dockerAnswers } from './docker-answers.ts'
import { knownDrivers } from './known-drivers.ts'
import { standOf } from './stand.ts'

interface Opened {
  readonly found: readonly string[]
  readonly registered: readonly string[]
  readonly states: readonly (readonly string[])[]
}

const { packages, owner } = inject('rehearsal')
const drivers = packages.filter(isDriver)
const engineAnswers = await dockerAnswers()

it('finds the drivers of the workspace', () => {
  expect(drivers.map(({ name }) => name)).toEqual(expect.arrayContaining(['@amphora/noop']))
})

describe.each(drivers)('$name', (driver) => {
  const { build, lazy = [] } = knownDrivers[driver.name] ?? {}
  const missing = build?.needs === 'docker' && !engineAnswers

  describe.each(clients)('installed by %s', (client) => {
    describe.each(nodeLines)('on Node %s', (line) => {
      const stand = standOf(driver, client, line)

      it.concurrent.for([
        { door: 'value', what: 'its value' },
        { door: 'register', what: 'an import that registers it' },
        { door: 'load', what: 'its name' },
      ])('comes by $what', async ({ door }, { expect, skip }) => {
        const how = build === undefined || missing ? {} : { build: { options: build.options, request: build.request } }
        const opened = (await stand.run('door.mjs', { name: driver.name, door, owner, ...how })) as Opened
        expect(opened.found).not.toEqual([])
        expect(opened.registered).toEqual(door === 'value' ? [] : opened.found)
        if (build === undefined) return
        if (missing && process.env['CI'] !== 'true') skip('no Docker Engine answers, so nothing was built')
        expect(opened.states).toEqual(opened.found.map(() => ['active', 'deleted']))
      })

      it.concurrent.for(lazy)(
        'loads $library no sooner than at its first call',
        async ({ library, brings }, { expect }) => {
          const loaded = await stand.run('lazy.mjs', { name: driver.name, library, brings })
          expect(loaded).toEqual({ atImport: [], later: [library, ...brings] })
        },
      )
    })
  })
})
