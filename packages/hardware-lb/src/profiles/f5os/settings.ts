import type { OptionsSchema } from '@amphora/core'
import * as v from 'valibot'

/** What only an F5OS box has. */
export interface F5osSettings {
  /** The slots a tenant is spread over; an rSeries has the slot 1 alone. */
  readonly nodes: readonly number[]
  /** Whether tenants get crypto and compression hardware. */
  readonly cryptos: 'enabled' | 'disabled'
  /**
   * Memory that a vCPU wants at least, MiB: 3584, and 3072 on r2000 and r4000 (F5Networks/terraform-provider-f5os, the
   * documentation of `f5os_tenant`; confidence: documentation).
   */
  readonly memoryPerVcpuMiB: number
  /**
   * What there is for tenants, in all. The interface does not tell; left out, a box is full once one of its tenants
   * waits for room.
   */
  readonly vcpus?: number | undefined
  readonly memoryMiB?: number | undefined
  /** How long a token holds, minutes: `system aaa restconf-token` (confidence: recorded, 15). */
  readonly tokenLifetimeMinutes: number
}

const whole = (least: number, most: number): v.GenericSchema<number, number> =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be whole'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  )

const DEFAULTS = { nodes: [1], cryptos: 'enabled', memoryPerVcpuMiB: 3_584, tokenLifetimeMinutes: 15 } as const

export const settingsSchema: OptionsSchema<F5osSettings, unknown> = v.optional(
  v.strictObject(
    {
      nodes: v.optional(v.pipe(v.array(whole(1, 32)), v.minLength(1, 'must not be empty')), [...DEFAULTS.nodes]),
      cryptos: v.optional(v.picklist(['enabled', 'disabled'], 'must be enabled or disabled'), DEFAULTS.cryptos),
      memoryPerVcpuMiB: v.optional(whole(1, 65_536), DEFAULTS.memoryPerVcpuMiB),
      vcpus: v.optional(whole(1, 4_096)),
      memoryMiB: v.optional(whole(1, 8_388_608)),
      tokenLifetimeMinutes: v.optional(whole(1, 1_440), DEFAULTS.tokenLifetimeMinutes),
    },
    'must be { nodes, cryptos, memoryPerVcpuMiB, vcpus, memoryMiB, tokenLifetimeMinutes }',
  ),
  {},
)
