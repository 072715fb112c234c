import type { BuildRequest } from '@amphora/core'
import type { Host } from '../host.ts'
import { parseFiles } from './file-argument.ts'
import { parseFlavor } from './flavor-argument.ts'
import { keyLines } from './key-lines.ts'
import { contentSource, readRequestFile, type RequestFile } from './request-file.ts'
import type { RequestData } from './request-schema.ts'
import type { RequestFlags } from './request-flags.ts'
import type { Source, Sources } from './sources.ts'

/** A request, and the binding that it names. */
export type GatheredRequest = BuildRequest & { readonly driver?: string }

/**
 * The request that flags and a request file make together. A flag goes before what the file says of the same field; of
 * the files for the amphora, path by path. Every content is read here, once.
 */
export async function gatherRequest(flags: RequestFlags, sources: Sources, host: Host): Promise<GatheredRequest> {
  const keyFiles = (flags.keyFile ?? []).map((place) => sources.of(place, '--key-file'))
  const files = parseFiles(flags.file ?? []).map(
    ({ path, place }) => [path, sources.of(place, `--file ${path}`)] as const,
  )
  const userData = flags.userData === undefined ? undefined : sources.of(flags.userData, '--user-data')
  const flavor = flags.flavor === undefined ? undefined : parseFlavor(flags.flavor)
  const fromFile = await requestFile(flags.request, sources, host)
  const written = fromFile?.data ?? {}

  return withoutAbsent({
    driver: flags.driver ?? written.driver,
    name: flags.name ?? written.name,
    type: flags.type ?? written.type,
    flavor: flavor ?? written.flavor,
    imageId: flags.image ?? written.imageId,
    keys: flags.keyFile === undefined ? await writtenKeys(fromFile, sources) : await keysOf(keyFiles),
    secGroups: flags.secGroup ?? written.secGroups,
    networkIds: flags.network ?? written.networkIds,
    portIds: flags.port ?? written.portIds,
    configDriveFiles: await readAll([...writtenFiles(fromFile, sources), ...files]),
    userData: await (userData ?? writtenUserData(fromFile, sources))?.(),
    placementGroupId: flags.placementGroup ?? written.placementGroupId,
    availabilityZone: flags.zone ?? written.availabilityZone,
  })
}

async function requestFile(place: string | undefined, sources: Sources, host: Host): Promise<RequestFile | undefined> {
  return place === undefined ? undefined : readRequestFile(place, sources.of(place, '--request'), host.cwd)
}

async function keysOf(keyFiles: readonly Source[]): Promise<readonly string[]> {
  const texts = await Promise.all(keyFiles.map((read) => read()))
  return texts.flatMap((bytes) => keyLines(bytes.toString()))
}

async function writtenKeys(from: RequestFile | undefined, sources: Sources): Promise<readonly string[] | undefined> {
  if (from?.data.keys === undefined) return undefined
  const { keys } = from.data
  const lists = await Promise.all(keys.map((key) => writtenKey(key, from.folder, sources)))
  return lists.flat()
}

async function writtenKey(
  key: NonNullable<RequestData['keys']>[number],
  folder: string,
  sources: Sources,
): Promise<readonly string[]> {
  return typeof key === 'string' ? [key] : keysOf([contentSource(key, 'keys', folder, sources)])
}

function writtenFiles(from: RequestFile | undefined, sources: Sources): readonly (readonly [string, Source])[] {
  if (from === undefined) return []
  return Object.entries(from.data.configDriveFiles ?? {}).map(([path, data]) => [
    path,
    contentSource(data, `configDriveFiles ${path}`, from.folder, sources),
  ])
}

function writtenUserData(from: RequestFile | undefined, sources: Sources): Source | undefined {
  if (from?.data.userData === undefined) return undefined
  return contentSource(from.data.userData, 'userData', from.folder, sources)
}

/** The last of a path counts, so that what it replaces is not even read. */
async function readAll(files: readonly (readonly [string, Source])[]): Promise<Record<string, Buffer> | undefined> {
  if (files.length === 0) return undefined
  const read = [...new Map(files)].map(async ([path, source]) => [path, await source()] as const)
  return Object.fromEntries(await Promise.all(read))
}

function withoutAbsent(fields: {
  readonly [K in keyof GatheredRequest]: GatheredRequest[K] | undefined
}): GatheredRequest {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
