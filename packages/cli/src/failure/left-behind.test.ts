import { AmphoraBuildError } from '@amphora/core'
import { expect, it } from 'vitest'
import { leftByBuild } from './left-behind.ts'

const argv = ['build', '--image', 'x']

it('is nothing where nothing was created', () => {
  const error = new AmphoraBuildError('x', { outcome: 'not-created', amphoraName: 'lb-1' })
  expect(leftByBuild(error, argv, [])).toEqual({ left: ['Nothing was created.'], next: [] })
})

it('is what exists, by its id or else by its name', () => {
  const outcome = 'created-then-failed'
  const byId = new AmphoraBuildError('x', { outcome, amphoraId: 'lab/1', amphoraName: 'lb-1' })
  expect(leftByBuild(byId, argv, [])).toEqual({ left: ['lab/1 exists.'], next: [['delete', 'lab/1']] })
  const byName = new AmphoraBuildError('x', { outcome, amphoraName: 'lb-1' })
  expect(leftByBuild(byName, argv, [])).toEqual({ left: ['lb-1 exists.'], next: [['delete', 'lb-1']] })
  expect(leftByBuild(new AmphoraBuildError('x', { outcome }), argv, [])).toEqual({
    left: ['An amphora exists.'],
    next: [],
  })
})

it('is in doubt under a name, and the repeat says the name', () => {
  const error = new AmphoraBuildError('x', { outcome: 'in-doubt', amphoraName: 'lb-1' })
  expect(leftByBuild(error, argv, []).next).toEqual([
    [...argv, '--name', 'lb-1'],
    ['get', 'lb-1'],
  ])
  expect(leftByBuild(error, [...argv, '--name=lb-1'], []).next[0]).toEqual([...argv, '--name=lb-1'])
  expect(leftByBuild(error, ['build', '--file', '/x=-'], []).left).toContain(
    'To repeat it, give it the same input on stdin.',
  )
  expect(leftByBuild(error, ['build', '--name', 'lb-1'], []).next[0]).toEqual(['build', '--name', 'lb-1'])
})

it('is nothing any more where it was deleted again', () => {
  const error = new AmphoraBuildError('x', { outcome: 'in-doubt', amphoraName: 'amphora-1' })
  expect(leftByBuild(error, argv, ['lab/1'])).toEqual({
    left: ['lab/1 was made all the same, and has been deleted again.'],
    next: [],
  })
})
