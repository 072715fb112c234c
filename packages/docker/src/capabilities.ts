/** What the driver can do. */
export const capabilities = {
  types: ['Container'],
  flavor: 'either',
  image: true,
  keys: true,
  networks: { max: 8 },
  files: { maxCount: 5, maxBytes: 10_240 },
  userData: { maxBytes: 65_536 },
  suspend: 'memory',
  attach: true,
  watch: true,
} as const
