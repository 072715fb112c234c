import { expect, it } from 'vitest'
import { statusLines } from './status.ts'

const engine = { version: '20.10.24', apiVersion: '1.41' }
const socketPath = '/var/run/docker.sock'

it('shows the engine, who started it, and each image', () => {
  const images = [
    { name: 'amphora/busybox:test', present: true },
    { name: 'amphora/haproxy:test', present: false },
  ]
  expect(statusLines({ socketPath, engine, ownPid: 4711, images })).toEqual([
    'engine 20.10.24, API 1.41, answers at /var/run/docker.sock',
    'started by the testbed, pid 4711',
    'image amphora/busybox:test is there',
    'image amphora/haproxy:test is missing or out of date',
  ])
})

it('does not claim an engine that somebody else started', () => {
  expect(statusLines({ socketPath, engine, images: [] })[1]).toBe('started not by the testbed')
})

it('shows that no engine answers', () => {
  expect(statusLines({ socketPath, images: [] })).toEqual(['no engine answers at /var/run/docker.sock'])
})
