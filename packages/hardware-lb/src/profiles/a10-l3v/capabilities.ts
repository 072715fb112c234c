/**
 * What a partition can do as an appliance's guest. It has no image and no size of its own, and nothing stops it short of
 * deleting it: aXAPI has no call for that (acos-client, `v30/partition.py`; vendor-code).
 */
export const capabilities = {
  types: ['HWLoadBalancer'],
  availabilityZones: true,
  placementGroups: true,
  watch: true,
} as const
