/** What the driver can do. */
export const capabilities = {
  types: ['VM'],
  flavor: 'either',
  image: true,
  keys: true,
  secGroups: true,
  networks: { max: 8 },
  ports: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  // Nova takes 65 535 characters of base64 (openstack/nova, nova/api/openstack/compute/schemas/servers.py).
  userData: { maxBytes: 49_149 },
  suspend: 'memory',
  placementGroups: true,
  availabilityZones: true,
  attach: true,
  watch: true,
} as const
