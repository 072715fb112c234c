import { AmphoraComputeError } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { cellDown, wrongState } from './errors.ts'

const cause = new Error('HTTP 409 (req-1)')
const thrown = new AmphoraComputeError('Nova would not suspend the server', { code: 'conflict', cause })

describe('a state that forbids something', () => {
  it('is for good, says which it is, and keeps what the operator needs', () => {
    const error = wrongState(thrown, 'stopped', false)
    expect(error).toMatchObject({ code: 'failed-precondition', reason: 'nova/wrong-state', cause })
    expect(error.message).toContain('stopped')
  })

  it('is a lock where there is one, whatever else it is', () => {
    expect(wrongState(thrown, 'active', true)).toMatchObject({
      code: 'failed-precondition',
      reason: 'nova/locked',
      cause,
    })
  })
})

it('a cell that does not answer is an outage, and no absence', () => {
  expect(cellDown()).toMatchObject({ code: 'unavailable', reason: 'nova/cell-down' })
  expect(cellDown().recovery).toMatchObject({ tripsBreaker: true })
})
