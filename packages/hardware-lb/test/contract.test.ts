import { describe, expect, it } from 'vitest'
import { profileContract, type ProfileSubject } from '../src/contract/index.ts'
import type { Simulator } from './simulator.ts'
import { caddyProfile } from '../src/profiles/caddy/profile.ts'
import { createFakeCaddy } from './fake-caddy.ts'

type Caddy = typeof caddyProfile
type Connect = Caddy['connect']
type Subject = ProfileSubject<Simulator, Caddy['capabilities'], Parameters<Connect>[0]['settings'], Guest>
type Guest = Awaited<ReturnType<ReturnType<Connect>['list']>>[number]

/** The titles of the rules that a profile breaks. */
async function brokenBy(profile: Partial<Caddy>): Promise<readonly string[]> {
  const tests: [string, () => Promise<void>][] = []
  const subject: Subject = {
    profile: { ...caddyProfile, ...profile },
    open: () => createFakeCaddy(),
    close: (fake) => fake.close(),
    appliance: ({ server }) => ({
      profile: 'caddy',
      endpoint: server.url,
      allowInsecureHttp: true,
      settings: { listen: ['127.0.0.1:20000-20009'], templates: { one: ['127.0.0.1:8080'] } },
    }),
    wish: { size: {}, image: 'one', vlans: [] },
    plant: (fake, name) => fake.plant(name).slice(0, -1),
    fill: (fake) => {
      fake.setFull(true)
      return { [Symbol.dispose]: () => fake.setFull(false) }
    },
    down: ({ server }) => server.down(),
    requests: ({ server }) => server.count(),
    stateMs: 300,
  }
  profileContract({ describe: (_name, body) => body(), it: (title, body) => void tests.push([title, body]) }, subject)
  const broken: string[] = []
  for (const [title, body] of tests) await body().catch(() => broken.push(title.split(',')[0] ?? ''))
  return broken
}

/** The appliance with some of its steps done otherwise. */
function with_(change: (appliance: ReturnType<Connect>) => Partial<ReturnType<Connect>>): Partial<Caddy> {
  return {
    connect: (settings, context) => {
      const appliance = caddyProfile.connect(settings, context)
      const bound: ReturnType<Connect> = {
        identify: (signal) => appliance.identify(signal),
        find: (name, signal) => appliance.find(name, signal),
        read: (key, signal) => appliance.read(key, signal),
        list: (signal) => appliance.list(signal),
        create: (order, signal) => appliance.create(order, signal),
        suspend: async (guest, signal) => appliance.suspend?.(guest, signal),
        resume: async (guest, signal) => appliance.resume?.(guest, signal),
        remove: (guest, signal) => appliance.remove(guest, signal),
      }
      return { ...bound, ...change(bound) }
    },
  }
}

describe('the profile contract', () => {
  it('is kept by a good profile', async () => {
    expect(await brokenBy({})).toEqual([])
  })

  it.each<[string, Partial<Caddy>, string]>([
    [
      'takes an outage for an absence',
      with_((box) => ({ read: (key, signal) => box.read(key, signal).catch(() => undefined) })),
      'takes an outage for an outage: unavailable',
    ],
    [
      'leaves the mark out',
      with_((box) => ({ create: (order, signal) => box.create({ ...order, mark: 'none' }, signal) })),
      'creates a guest with its mark',
    ],
    [
      'hides what others have made',
      with_((box) => ({ list: async (signal) => (await box.list(signal)).filter(({ mark }) => mark !== undefined) })),
      'tells guests that others have made',
    ],
    ['does not remove', with_(() => ({ remove: async () => {} })), 'removes a guest in whatever state'],
    [
      'sends when it connects',
      {
        connect: (settings, context) => {
          const appliance = caddyProfile.connect(settings, context)
          appliance.list(AbortSignal.timeout(1_000)).catch(() => {})
          return appliance
        },
      },
      'connects',
    ],
    [
      'fails with an error of its own',
      with_(() => ({
        find: async () => {
          throw new TypeError('oops')
        },
      })),
      'takes an outage for an outage: unavailable',
    ],
    ['declares what it has not', { ownership: 'name' }, 'is declared as the engine wants it'],
  ])(
    'finds a profile that %s',
    async (_what, profile, rule) => {
      const broken = await brokenBy(profile)
      expect(
        broken.some(
          (title) =>
            title.startsWith(rule) || (rule === 'creates a guest with its mark' && title.startsWith('creates')),
        ),
      ).toBe(true)
    },
    30_000,
  )
})
