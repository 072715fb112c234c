import { createCompute, defineDriver, InstanceNotFoundError } from '@amphora/core'
import type { ReportedAmphora } from '@amphora/core'

// A driver of a few lines: everything that every driver would need is in core.
const shelf = new Map<string, ReportedAmphora>()
const memory = defineDriver({
  apiVersion: 1,
  name: 'memory',
  capabilities: { types: ['VM'], image: true },
  options: { '~standard': { version: 1, vendor: 'example', validate: (value: unknown) => ({ value }) } },
  connect: () => ({
    async build(order) {
      shelf.set(order.name, {
        id: order.name,
        name: order.name,
        type: order.type,
        status: { state: 'active', raw: 'on the shelf' },
        addresses: [{ ip: '192.0.2.10', family: 4 }],
      })
      return order.name
    },
    async delete(id) {
      shelf.delete(id)
    },
    async getAmphora(id) {
      const amphora = shelf.get(id)
      if (amphora === undefined) throw new InstanceNotFoundError('It is not on the shelf')
      return amphora
    },
    async find(name) {
      return [...shelf.values()].filter((amphora) => amphora.name === name)
    },
    async *list() {
      yield* shelf.values()
    },
    async check() {
      return { warnings: [] }
    },
  }),
})

const compute = await createCompute({ drivers: { east: memory({}) } })

const id = await compute.build({ name: 'web-1', imageId: 'haproxy' }) // 'east/web-1', at once
const amphora = await compute.waitFor(id, 'active', { timeoutMs: 300_000 }) // the one long wait
console.log(amphora.id, amphora.status.state, amphora.addresses[0]?.ip)

await compute.delete(id)
await compute.waitFor(id, 'deleted')
await compute.close()
