/** What the driver can do. Core refuses everything else before anything is sent, and the kit picks its rules by it. */
// here: what your backend can do; a capability more is a few lines in encode.ts, decode.ts and the fake
export const capabilities = {
  types: ['__Type__'],
  flavor: 'named',
  image: true,
  files: { maxCount: 5, maxBytes: 10_240 },
  userData: { maxBytes: 16_384 },
  suspend: 'memory',
} as const
