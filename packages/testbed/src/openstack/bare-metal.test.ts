import { expect, it } from 'vitest'
import type { ApiRequest } from './api.ts'
import { changeNode, nodeNames } from './bare-metal.ts'

const calls: unknown[] = []
let locked = 0
const admin = {
  userId: 'u',
  projectId: 'p',
  catalog: [],
  call: (service: string, path: string, { method, body, accept }: ApiRequest = {}) => {
    calls.push([service, method, path, body, accept])
    locked -= 1
    return Promise.resolve(locked >= 0 ? null : undefined)
  },
}

it('has ten nodes of one class and two of another', () => {
  expect(nodeNames.baremetal).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => `node-${number}`))
  expect(nodeNames.spare).toEqual(['spare-1', 'spare-2'])
})

it('sets the switches that are named, and no other', async () => {
  await changeNode(admin, 'node-1', { fail: '', delay: 2 })
  expect(calls.splice(0)).toEqual([
    [
      'ironic',
      'PATCH',
      '/v1/nodes/node-1',
      [
        { op: 'add', path: '/driver_info/testbed_fail', value: '' },
        { op: 'add', path: '/driver_info/testbed_delay', value: 2 },
      ],
      [409],
    ],
  ])
})

it('puts a node into maintenance and takes it out', async () => {
  await changeNode(admin, 'node-1', { maintenance: true })
  await changeNode(admin, 'node-1', { maintenance: false })
  expect(calls.splice(0)).toEqual([
    ['ironic', 'PUT', '/v1/nodes/node-1/maintenance', {}, [409]],
    ['ironic', 'DELETE', '/v1/nodes/node-1/maintenance', undefined, [409]],
  ])
})

it('waits for a node that is locked', async () => {
  locked = 2
  await changeNode(admin, 'node-1', { lie: true })
  expect(calls.splice(0)).toHaveLength(3)
})
