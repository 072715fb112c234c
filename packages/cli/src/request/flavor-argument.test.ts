import { expect, it } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { parseFlavor } from './flavor-argument.ts'

it.each([
  ['small', 'small'],
  ['m1.small', 'm1.small'],
  ['vcpus=2', { vcpus: 2 }],
  ['vcpus=0.5,memory=512MiB', { vcpus: 0.5, memoryMiB: 512 }],
  ['memory=1.5GiB, storage=10GiB', { memoryMiB: 1536, storageGiB: 10 }],
  ['storage=512MiB', { storageGiB: 0.5 }],
])('%s is %j', (text, flavor) => {
  expect(parseFlavor(text)).toEqual(flavor)
})

it.each(['vcpus=', 'vcpus=0', 'vcpus=2MiB', 'memory=512', 'memory=512MB', 'cores=2', 'vcpus=1,', '=', 'memory=-1GiB'])(
  '%s is refused',
  (text) => {
    expect(() => parseFlavor(text)).toThrow(UsageError)
  },
)
