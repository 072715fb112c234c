import type { Capabilities } from '@amphora/core'

/** What a driver can do, in words. */
export function capabilityWords(capabilities: Capabilities): readonly string[] {
  const { flavor, networks, files, userData, suspend } = capabilities
  return [
    flavor === undefined ? undefined : FLAVORS[flavor],
    capabilities.image && 'images',
    capabilities.keys && 'keys',
    capabilities.secGroups && 'security groups',
    networks && `${networks.max} networks`,
    capabilities.ports && 'ports',
    files && `${files.maxCount} files of ${size(files.maxBytes)}`,
    userData && `user data of ${size(userData.maxBytes)}`,
    suspend && `suspend (keeps ${suspend})`,
    capabilities.placementGroups && 'placement groups',
    capabilities.availabilityZones && 'zones',
    capabilities.attach && 'attach',
    capabilities.watch && 'watch',
  ].filter((word) => word !== undefined)
}

const FLAVORS: Readonly<Record<NonNullable<Capabilities['flavor']>, string>> = {
  named: 'flavors by name',
  sized: 'flavors by size',
  either: 'flavors by name or size',
}

function size(bytes: number): string {
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`
}
