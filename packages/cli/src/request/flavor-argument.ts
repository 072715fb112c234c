import type { AmphoraFlavor, FlavorSize } from '@amphora/core'
import { UsageError } from '../usage-error.ts'

export const FLAVOR_RULE = 'a name, or sizes such as vcpus=2,memory=512MiB'

/** A flavor's name as it is, or sizes. @throws {UsageError} */
export function parseFlavor(text: string): AmphoraFlavor {
  if (!text.includes('=')) return text
  const size: { -readonly [K in keyof FlavorSize]: FlavorSize[K] } = {}
  for (const part of text.split(',')) {
    const [, key = '', amount = '', unit = ''] = /^(\w+)=(\d+(?:\.\d+)?)(MiB|GiB|)$/.exec(part.trim()) ?? []
    const value = Number(amount)
    if (key === 'vcpus' && unit === '' && value > 0) size.vcpus = value
    else if (key === 'memory' && unit !== '' && value > 0) size.memoryMiB = unit === 'GiB' ? value * 1024 : value
    else if (key === 'storage' && unit !== '' && value > 0) size.storageGiB = unit === 'MiB' ? value / 1024 : value
    else
      throw new UsageError(`--flavor is ${FLAVOR_RULE}; found ${JSON.stringify(part)}`, {
        advice: 'vcpus is a number; memory and storage need MiB or GiB.',
      })
  }
  return size
}
