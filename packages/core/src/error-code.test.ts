import { expect, it } from 'vitest'
import { recovery, type ErrorCode } from './error-code.ts'

const codes = Object.keys(recovery)
const codesWhere = (is: (row: (typeof recovery)[ErrorCode]) => boolean): readonly string[] =>
  Object.entries(recovery).flatMap(([code, row]) => (is(row) ? [code] : []))

it('knows fourteen codes', () => {
  expect(codes).toEqual([
    'invalid-argument',
    'unsupported',
    'not-found',
    'already-exists',
    'failed-precondition',
    'conflict',
    'unauthenticated',
    'permission-denied',
    'resource-exhausted',
    'unavailable',
    'deadline-exceeded',
    'cancelled',
    'internal',
    'unknown',
  ])
})

it('repeats with backoff what may succeed by itself', () => {
  expect(codesWhere((row) => row.retry === 'with-backoff')).toEqual([
    'conflict',
    'resource-exhausted',
    'unavailable',
    'deadline-exceeded',
  ])
})

it('never repeats what would fail again, or what nobody waits for', () => {
  expect(codesWhere((row) => row.retry === 'never')).toEqual([
    'unsupported',
    'not-found',
    'already-exists',
    'cancelled',
  ])
})

it('repeats everything else once somebody has changed something', () => {
  expect(codesWhere((row) => row.retry === 'after-a-fix')).toHaveLength(codes.length - 8)
})

it('takes silence and what nobody can read, and nothing else, as evidence that the backend is sick', () => {
  expect(codesWhere((row) => row.tripsBreaker)).toEqual(['unavailable', 'deadline-exceeded', 'internal', 'unknown'])
})

it('doubts whether a build was acted on wherever no answer was read', () => {
  expect(codesWhere((row) => row.inDoubt)).toEqual([
    'unavailable',
    'deadline-exceeded',
    'cancelled',
    'internal',
    'unknown',
  ])
})

it('cannot be changed', () => {
  expect([recovery, ...Object.values(recovery)].every((part) => Object.isFrozen(part))).toBe(true)
})
