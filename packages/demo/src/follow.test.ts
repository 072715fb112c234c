import { channel } from 'node:diagnostics_channel'
import type { AmphoraState, ComputeEvent } from '@amphora/core'
import { expect, it } from 'vitest'
import { follow } from './follow.ts'

it('collects the states that one amphora goes through, each change once however often it is told', () => {
  const said: string[] = []
  const end = follow('local/1', { progress: (text) => void said.push(text), detail: () => undefined })
  tell('local/1', 'building', 'active')
  tell('local/1', 'building', 'active')
  tell('local/2', 'active', 'deleting')
  tell('local/1', 'active', 'suspending')
  expect(end()).toEqual(['building', 'active', 'suspending'])
  expect(said.at(-1)).toBe('building, active, suspending')
})

it('hears nothing any more once it has ended', () => {
  const end = follow('local/1', { progress: () => undefined, detail: () => undefined })
  expect(end()).toEqual([])
  tell('local/1', 'building', 'active')
  expect(end()).toEqual([])
})

function tell(amphoraId: string, from: AmphoraState, to: AmphoraState): void {
  channel('amphora.event').publish({ kind: 'state', amphoraId, from, to } satisfies ComputeEvent)
}
