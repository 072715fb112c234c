import { randomBytes } from 'node:crypto'
import type { FakeResponse } from '@amphora/conformance/fake-server'
import { at, isRecord, listAt, textAt, type FakeGlance, type JsonRecord } from '@amphora/fake-openstack'
import { bodyOf, type Call, type Nova } from './call.ts'
import { demandSchema } from './checked.ts'
import { createSchema, isYes } from './create-schema.ts'
import type { FakeFlavor } from './flavor.ts'
import type { Order, PersonalityFile } from './instance.ts'
import { wantedNics, wantedSecurityGroups } from './create-networks.ts'
import { demandQuota } from './quota.ts'
import { forbidden, refuse } from './refuse.ts'
import { linksTo } from './server-view.ts'

const MAX_FILES = 5
const MAX_FILE = 10_240
const MAX_PATH = 255

/** `POST /servers`: the checks in Nova's order, then 202. */
export function createServer(nova: Nova, glance: FakeGlance, call: Call): FakeResponse {
  const body = bodyOf(call)
  demandSchema('body' in body ? body['body'] : body, createSchema(call.version))
  const server = at(body, 'server')
  const [least, most] = counts(server)
  if (at(server, 'host') !== undefined && !call.identity.isAdmin) {
    throw forbidden('compute:servers:create:requested_destination')
  }
  const imageId = textAt(server, 'imageRef') ?? ''
  if (imageId === '') throw refuse(400, 'Missing imageRef attribute')
  const nics = wantedNics(nova, call, server)
  const flavor = theFlavor(nova, server)
  if (glance.images.get(imageId)?.status !== 'active') throw refuse(400, 'Can not find requested image')
  const zone = textAt(server, 'availability_zone')
  if (zone !== undefined && !nova.compute.zones().includes(zone)) {
    throw refuse(400, 'The requested availability zone is not available')
  }
  const keyName = textAt(server, 'key_name') ?? null
  if (keyName !== null && !nova.compute.keyPairs.has(keyName)) throw refuse(400, 'Invalid key_name provided.')
  const securityGroups = wantedSecurityGroups(nova, call, server)
  const metadata = textsIn(at(server, 'metadata'))
  const { metadataItems } = nova.compute.quota
  if (metadataItems >= 0 && Object.keys(metadata).length > metadataItems) {
    throw refuse(403, `Maximum number of metadata items exceeds ${metadataItems}`)
  }
  const personality = filesIn(server)
  const groupId = theGroup(nova, call, body, least)
  demandRoom(nova, call, flavor, least)

  const name = textAt(server, 'name') ?? ''
  const description = at(server, 'description')
  const order: Order = {
    name,
    projectId: call.identity.project?.id ?? '',
    userId: call.identity.userId,
    flavor,
    imageId,
    nics,
    securityGroups,
    zone,
    hostName: textAt(server, 'host'),
    groupId,
    hostname: textAt(server, 'hostname') ?? name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-'),
    description: call.version < 19 ? name : typeof description === 'string' ? description : null,
    keyName,
    configDrive: isYes(at(server, 'config_drive')),
    userDataText: textAt(server, 'user_data'),
    personality,
    metadata,
    tags: [...new Set(listAt(server, 'tags').filter((one) => typeof one === 'string'))],
    reservationId: `r-${randomBytes(4).toString('hex')}`,
  }
  const made = Array.from({ length: most }, (_, index) =>
    nova.compute.build(most === 1 ? order : { ...order, name: `${name}-${index + 1}` }, call),
  )
  if (isYes(at(server, 'return_reservation_id'))) {
    return { status: 202, json: { reservation_id: order.reservationId } }
  }
  const [first] = made
  const links = linksTo(nova, `servers/${first?.id}`)
  return {
    status: 202,
    headers: { location: `${nova.server.url}/v2.1/servers/${first?.id}` },
    json: {
      server: {
        id: first?.id,
        links,
        'OS-DCF:diskConfig': 'MANUAL',
        security_groups: groupNames(server),
        adminPass: adminPass(),
      },
    },
  }
}

function counts(server: unknown): readonly [number, number] {
  const least = Number(at(server, 'min_count') ?? 1)
  const most = Number(at(server, 'max_count') ?? least)
  if (least > most) throw refuse(400, 'min_count must be <= max_count')
  return [least, most]
}

function theFlavor({ compute }: Nova, server: unknown): FakeFlavor {
  const ref = String(at(server, 'flavorRef')).split('/').at(-1) ?? ''
  const found = compute.flavors.get(ref)
  if (found === undefined) throw refuse(400, `Flavor ${ref} could not be found.`)
  return found
}

/** The limits are on the text as it comes: base64 counts, not what it stands for. */
function filesIn(server: unknown): readonly PersonalityFile[] {
  const files = listAt(server, 'personality').map((file) => ({
    path: textAt(file, 'path') ?? '',
    contents: textAt(file, 'contents') ?? '',
  }))
  if (files.length > MAX_FILES) throw refuse(403, 'Personality file limit exceeded')
  if (files.some(({ path }) => path.length > MAX_PATH)) {
    throw refuse(403, `Personality file path exceeds maximum ${MAX_PATH}`)
  }
  if (files.some(({ contents }) => contents.length > MAX_FILE)) {
    throw refuse(403, `Personality file content exceeds maximum ${MAX_FILE}`)
  }
  return files.map(({ path, contents }) => ({ path, contents: Buffer.from(contents, 'base64') }))
}

function theGroup({ compute }: Nova, { identity }: Call, body: unknown, count: number): string | undefined {
  const id = textAt(body, 'os:scheduler_hints', 'group') ?? textAt(body, 'OS-SCH-HNT:scheduler_hints', 'group')
  if (id === undefined) return undefined
  const group = compute.groups.get(id)
  if (group === undefined || (group.projectId !== identity.project?.id && !identity.isAdmin)) {
    throw refuse(400, `Instance group ${id} could not be found.`)
  }
  const members = [...group.members].filter((member) => compute.instance(member) !== undefined).length
  const { serverGroupMembers } = compute.quota
  if (serverGroupMembers >= 0 && members + count > serverGroupMembers) {
    throw refuse(403, 'Quota exceeded, too many servers in group')
  }
  return id
}

function demandRoom({ compute }: Nova, { identity }: Call, { vcpus, ram }: FakeFlavor, count: number): void {
  const mine = compute.all().filter(({ exists, projectId }) => exists && projectId === identity.project?.id)
  demandQuota(compute.quota, mine, { cores: vcpus * count, instances: count, ram: ram * count })
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]))
}

/** As the answer repeats them. */
function groupNames(server: unknown): readonly JsonRecord[] {
  const names = new Set(listAt(server, 'security_groups').map((group) => textAt(group, 'name') ?? 'default'))
  return [...(names.size === 0 ? ['default'] : names)].map((name) => ({ name }))
}

/** Twelve letters and digits, as Nova makes them. */
function adminPass(): string {
  return randomBytes(12).toString('base64').replaceAll(/[+/=]/g, 'x').slice(0, 12)
}
