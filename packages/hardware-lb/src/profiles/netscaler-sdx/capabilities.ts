/** What an instance of an SDX can do as an appliance's guest: start, stop and the rest of NITRO's `ns` resource. */
export const capabilities = {
  types: ['HWLoadBalancer'],
  flavor: 'named',
  image: true,
  networks: { max: 8 },
  suspend: 'disk',
  availabilityZones: true,
  placementGroups: true,
  watch: true,
} as const
