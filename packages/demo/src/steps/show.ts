import { claim } from '../claim.ts'
import type { Step } from '../scene.ts'

export const show: Step = {
  title: 'show it',
  run: async ({ compute, built, request, signal }, say) => {
    const amphora = await compute.getAmphora({ id: built.id }, { signal })
    const { id, name, type, status, addresses, imageId } = amphora
    claim(id === built.id, `its id must be ${built.id}, and is ${id}`)
    claim(name === request.name, `its name must be ${request.name}, and is ${name}`)
    claim(status.state === 'active', `it must be active, and is ${status.state}`)
    claim(addresses.length > 0, 'it must have an address, and has none')
    const ips = addresses.map(({ ip }) => ip).join(', ')
    say.detail(`id         ${id}`)
    say.detail(`name       ${name}`)
    say.detail(`type       ${type}, image ${imageId ?? 'unknown'}`)
    say.detail(`state      ${status.state} (the backend says: ${status.raw})`)
    say.detail(`addresses  ${ips}`)
    return ips
  },
}
