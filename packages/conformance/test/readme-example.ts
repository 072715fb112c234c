import { createFakeServer } from '@amphora/conformance/fake-server'

const engine = await createFakeServer()
const containers = new Set<string>()
engine.route('POST /containers/{name}', ({ params }) => {
  containers.add(params.name)
  return { status: 201, json: { id: params.name } }
})

// The backend acts, and its answer is lost.
await engine.inject({ kind: 'lose-response', on: 'POST /containers/{name}', times: 1 })
const create = () => fetch(`${engine.url}/containers/web`, { method: 'POST' })
const first = await create().catch(() => 'no answer')
const second = await create()

console.log(first, second.status, [...containers]) // no answer 201 [ 'web' ]
console.log(engine.requests().map(({ acted, answered }) => ({ acted, answered })))
// [ { acted: true, answered: false }, { acted: true, answered: true } ]

await engine.close()
