// Gets the drivers of a package through one of the three doors and, where it is told how, builds an amphora with each.
import { createCompute, registry } from '@amphora/core'

const { name, door, build, owner } = JSON.parse(process.argv[2])
const isPlugin = (value) => typeof value === 'function' && 'definition' in value

const doors = {
  value: async () => Object.values(await import(name)).filter(isPlugin),
  register: async () => {
    await import(`${name}/register`)
    return [...registry]
  },
  load: () => registry.load(name, import.meta.url),
}

const plugins = await doors[door]()
const registered = [...registry].map((plugin) => plugin.definition.name)
const states = build === undefined ? [] : await Promise.all(plugins.map((plugin) => lifeOf(plugin(build.options))))
console.log(JSON.stringify({ found: plugins.map((plugin) => plugin.definition.name), registered, states }))

async function lifeOf(binding) {
  const compute = await createCompute({ owner, drivers: { stranger: binding } })
  const states = []
  try {
    const id = await compute.build(build.request)
    try {
      states.push((await compute.waitFor(id, 'active')).status.state)
    } finally {
      await compute.delete(id)
    }
    await compute.waitFor(id, 'deleted')
    states.push('deleted')
  } finally {
    await compute.close()
  }
  return states
}
