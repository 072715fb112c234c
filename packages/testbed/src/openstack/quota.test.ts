import { expect, it } from 'vitest'
import type { ApiRequest } from './api.ts'
import { setQuota } from './quota.ts'

const calls: unknown[] = []
const admin = {
  userId: 'u',
  projectId: 'p',
  catalog: [],
  call: (service: string, path: string, { method, body }: ApiRequest = {}) => {
    calls.push([service, method, path, body])
    return Promise.resolve(undefined)
  },
}

it('gives each service the limits that it counts', async () => {
  await setQuota(admin, 'demo', { instances: 3, port: 7 })
  expect(calls.splice(0)).toEqual([
    ['nova', 'PUT', '/os-quota-sets/demo', { quota_set: { instances: 3, force: true } }],
    ['neutron', 'PUT', '/v2.0/quotas/demo', { quota: { port: 7 } }],
  ])
  await setQuota(admin, 'demo', { cores: 1 })
  expect(calls.splice(0)).toHaveLength(1)
})

it('takes all limits of a project away', async () => {
  await setQuota(admin, 'demo', undefined)
  expect(calls.splice(0)).toEqual([
    ['nova', 'DELETE', '/os-quota-sets/demo', undefined],
    ['neutron', 'DELETE', '/v2.0/quotas/demo', undefined],
  ])
})
