import type { Schema } from '@amphora/fake-openstack'
import type { Microversion } from './microversion.ts'

export const name: Schema = { type: 'string', minLength: 1, maxLength: 255, format: 'name' }
export const tag: Schema = { type: 'string', minLength: 1, maxLength: 60, pattern: '^[^,/]*$' }
export const uuid: Schema = { type: 'string', format: 'uuid' }
export const metadata: Schema = {
  type: 'object',
  patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': { type: 'string', maxLength: 255 } },
  additionalProperties: false,
}
const yes = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes']
const no = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no']
const boolean: Schema = { type: ['boolean', 'string'], enum: [...yes, ...no] }

export function isYes(value: unknown): boolean {
  return yes.some((one) => one === value)
}

const positive: Schema = { type: ['integer', 'string'], pattern: '^[0-9]*$', minimum: 1, minLength: 1 }
const address: Schema = { type: 'string', pattern: String.raw`^[\da-fA-F:.]+$` }
const free: Schema = {}

function networks(version: Microversion): Schema {
  const item = (id: Schema): Schema => ({
    type: 'object',
    properties: {
      fixed_ip: address,
      port: { oneOf: [uuid, { type: 'null' }] },
      uuid: id,
      ...(version >= 42 || version === 32 ? { tag } : {}),
    },
    additionalProperties: false,
  })
  if (version < 37) return { type: 'array', items: item({ type: 'string' }) }
  return {
    oneOf: [
      { type: 'array', items: item(uuid) },
      { type: 'string', enum: ['none', 'auto'] },
    ],
  }
}

/** The schema of `POST /servers`, from nova/api/openstack/compute/schemas/servers.py. */
export function createSchema(version: Microversion): Schema {
  const hints: Schema = {
    type: 'object',
    properties: { group: uuid },
    additionalProperties: true,
  }
  return {
    type: 'object',
    properties: {
      server: {
        type: 'object',
        properties: {
          name,
          imageRef: { oneOf: [uuid, { type: 'string', maxLength: 0 }] },
          flavorRef: { type: ['string', 'integer'], minLength: 1 },
          adminPass: { type: 'string' },
          metadata,
          networks: networks(version),
          'OS-DCF:diskConfig': { type: 'string', enum: ['AUTO', 'MANUAL'] },
          accessIPv4: free,
          accessIPv6: free,
          ...(version < 57 ? { personality } : {}),
          availability_zone: name,
          block_device_mapping: free,
          block_device_mapping_v2: free,
          config_drive: boolean,
          key_name: name,
          min_count: positive,
          max_count: positive,
          return_reservation_id: boolean,
          security_groups: {
            type: 'array',
            items: { type: 'object', properties: { name }, additionalProperties: false },
          },
          user_data: { type: 'string', format: 'base64', maxLength: 65_535 },
          ...(version >= 19 ? { description: { type: ['string', 'null'], minLength: 0, maxLength: 255 } } : {}),
          ...(version >= 52 ? { tags: { type: 'array', items: tag, maxItems: 50 } } : {}),
          ...(version >= 63 ? { trusted_image_certificates: free } : {}),
          ...(version >= 74 ? { host: hostName, hypervisor_hostname: hostName } : {}),
          ...(version >= 90 ? { hostname } : {}),
        },
        required: ['name', 'flavorRef', ...(version >= 37 ? ['networks'] : [])],
        additionalProperties: false,
      },
      'os:scheduler_hints': hints,
      'OS-SCH-HNT:scheduler_hints': hints,
    },
    required: ['server'],
    additionalProperties: false,
  }
}

const personality: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { path: { type: 'string' }, contents: { type: 'string', format: 'base64' } },
    additionalProperties: false,
  },
}
const hostName: Schema = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' }
const hostname: Schema = {
  type: 'string',
  minLength: 2,
  maxLength: 63,
  pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$',
}
