/** What the driver can do. */
export const capabilities = {
  types: ['BareMetal'],
  flavor: 'named',
  image: true,
  keys: true,
  networks: { max: 8 },
  ports: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  // The config drive is kept in Ironic's data base or in the object store, where tens of megabytes are a mistake.
  userData: { maxBytes: 65_536 },
  suspend: 'disk',
} as const
