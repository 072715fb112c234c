/** What a Caddy server can do as an appliance. */
export const capabilities = {
  types: ['HWLoadBalancer'],
  image: true,
  suspend: 'disk',
  availabilityZones: true,
  placementGroups: true,
  watch: true,
} as const
