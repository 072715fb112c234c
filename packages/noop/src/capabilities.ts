/** Everything there is to declare: the reference driver leaves nothing out. */
export const capabilities = {
  types: ['VM', 'Container', 'BareMetal', 'HWLoadBalancer'],
  flavor: 'either',
  image: true,
  keys: true,
  secGroups: true,
  networks: { max: 8 },
  ports: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  userData: { maxBytes: 65_536 },
  suspend: 'memory',
  placementGroups: true,
  availabilityZones: true,
  attach: true,
  watch: true,
} as const
