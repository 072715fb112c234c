/** What a driver can build, as core names it. */
export type AmphoraType = (typeof AMPHORA_TYPES)[number]

export const AMPHORA_TYPES = ['VM', 'Container', 'BareMetal', 'HWLoadBalancer'] as const
