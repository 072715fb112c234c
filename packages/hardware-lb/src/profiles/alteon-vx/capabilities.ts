/** What a vADC can do. */
export const capabilities = {
  types: ['HWLoadBalancer'],
  flavor: 'named',
  image: true,
  networks: { max: 8 },
  suspend: 'disk',
  availabilityZones: true,
  watch: true,
} as const
