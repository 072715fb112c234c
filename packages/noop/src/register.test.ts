import { registry } from '@amphora/core'
import { expect, it } from 'vitest'

it('importing register is what registers the driver, and nothing else does', async () => {
  const { noop } = await import('./index.ts')
  expect([...registry]).toEqual([])
  await import('./register.ts')
  expect([...registry]).toEqual([noop])
  for (const type of ['VM', 'Container', 'BareMetal', 'HWLoadBalancer'] as const)
    expect(registry.forType(type)).toEqual([noop])
})
