// What Compute adds to a driver that does nothing: CPU microseconds a call, median and range of the rounds.
// Needs a build. Run by hand: pnpm --filter @amphora/core bench
import { createCompute, defineDriver } from '@amphora/core'

const ROUNDS = 7
const CALLS = 20_000
const amphora = { id: 'a', name: 'n', type: 'VM', status: { state: 'active', raw: 'ACTIVE' }, addresses: [] }
const driver = {
  build: async () => 'a',
  delete: async () => {},
  getAmphora: async () => amphora,
  find: async () => [amphora],
  async *list() {},
  check: async () => ({ warnings: [] }),
}
const plugin = defineDriver({
  apiVersion: 1,
  name: 'bare',
  capabilities: { types: ['VM'], files: { maxCount: 5, maxBytes: 10_240 } },
  options: { '~standard': { version: 1, vendor: 'bench', validate: (value) => ({ value }) } },
  connect: () => driver,
})
const compute = await createCompute({ drivers: { east: plugin({}) } })
const configDriveFiles = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`/etc/f${n}`, 'x'.repeat(10_240)]))
let name = 0

const scenes = {
  'status, driver alone': () => driver.getAmphora('a'),
  'status through Compute': () => compute.status('east/a'),
  'build through Compute': () => compute.build({ name: `n${name++}` }),
  'build with five files of 10 KiB': () => compute.build({ name: `n${name++}`, configDriveFiles }),
}

async function cpuPerCall(work, calls) {
  const before = process.cpuUsage()
  for (let call = 0; call < calls; call += 1) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

const figures = Object.fromEntries(Object.keys(scenes).map((scene) => [scene, []]))
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [scene, work] of Object.entries(scenes)) {
    const cost = await cpuPerCall(work, scene.startsWith('build') ? CALLS / 10 : CALLS)
    if (round > 0) figures[scene].push(cost)
  }
}
for (const [scene, costs] of Object.entries(figures)) {
  const [low, high] = [Math.min(...costs), Math.max(...costs)]
  const median = costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)]
  console.log(`${scene.padEnd(34)} ${median.toFixed(1).padStart(7)} us  (${low.toFixed(1)} to ${high.toFixed(1)})`)
}
await compute.close()
