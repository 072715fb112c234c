import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { engineCall } from './engine-call.ts'
import { checkMark, Labels, markOf } from './mark.ts'

const Shown = v.object({ Labels })
const REMOVAL_TRIES = 100
const REMOVAL_PAUSE_MS = 50

export function networkOf(name: string): string {
  return `${name}-net`
}

/** Makes the demo's own network, or takes over the one that a killed run left. Says whether it did the latter. */
export async function makeNetwork(name: string): Promise<'made' | 'adopted'> {
  const network = networkOf(name)
  // Without CheckDuplicate the engine makes a second network of the same name.
  const body = { Name: network, CheckDuplicate: true, Labels: markOf(name) }
  const made = await engineCall(`make the network ${network}`, [201, 409], '/networks/create', { method: 'POST', body })
  if (made.status === 201) return 'made'
  const found = await engineCall(`show the network ${network}`, [200], `/networks/${network}`)
  checkMark(`a network ${network}`, name, v.parse(Shown, found.json()).Labels)
  return 'adopted'
}

/** Says whether there was one. Containers that were just removed may hold it for a moment, which it answers with 403. */
export async function removeNetwork(name: string): Promise<boolean> {
  const network = networkOf(name)
  for (let tries = 1; ; tries += 1) {
    const expected = tries < REMOVAL_TRIES ? [204, 404, 403] : [204, 404]
    const { status } = await engineCall(`remove the network ${network}`, expected, `/networks/${network}`, {
      method: 'DELETE',
    })
    if (status !== 403) return status === 204
    await sleep(REMOVAL_PAUSE_MS)
  }
}
