import type { AmphoraType, FlavorSize } from '@amphora/core'
import * as v from 'valibot'
import { closed, mapping } from '../yaml/schema-problems.ts'

/** A content in a request file: its text, or where it is. */
export type ContentData = string | { readonly file: string } | { readonly base64: string }

/** A request file: the fields of a build request, and the binding it is for. */
export interface RequestData {
  readonly driver?: string
  readonly name?: string
  readonly type?: AmphoraType
  readonly flavor?: string | FlavorSize
  readonly imageId?: string
  readonly keys?: readonly (string | { readonly file: string })[]
  readonly secGroups?: readonly string[]
  readonly networkIds?: readonly string[]
  readonly portIds?: readonly string[]
  readonly configDriveFiles?: Readonly<Record<string, ContentData>>
  readonly userData?: ContentData
  readonly placementGroupId?: string
  readonly availabilityZone?: string
}

export const AMPHORA_TYPES: readonly AmphoraType[] = ['VM', 'Container', 'BareMetal', 'HWLoadBalancer']

const text = v.exactOptional(v.string('is a text; put a number between quotes'))
const texts = v.exactOptional(v.array(v.string('is a text; put a number between quotes'), 'is a list'))
const amount = v.exactOptional(v.pipe(v.number('is a number'), v.gtValue(0, 'is above 0')))
const file = v.strictObject({ file: v.pipe(v.string(), v.minLength(1, 'is not empty')) })
const base64 = v.strictObject({ base64: v.pipe(v.string(), v.base64('is no base64')) })
const content = v.union([v.string(), file, base64], 'is a text, { file: <path> } or { base64: <text> }')

/** Only the shapes: what a request may hold is core's and the driver's to say. Messages quote nothing. */
export const requestSchema: v.GenericSchema<unknown, RequestData> = closed(
  {
    driver: text,
    name: text,
    type: v.exactOptional(v.picklist(AMPHORA_TYPES, `is one of ${AMPHORA_TYPES.join(', ')}`)),
    flavor: v.exactOptional(
      v.union(
        [v.string(), v.strictObject({ vcpus: amount, memoryMiB: amount, storageGiB: amount })],
        'is a name, or a mapping of vcpus, memoryMiB and storageGiB to numbers above 0',
      ),
    ),
    imageId: text,
    keys: v.exactOptional(v.array(v.union([v.string(), file], 'is a key as a text, or { file: <path> }'), 'is a list')),
    secGroups: texts,
    networkIds: texts,
    portIds: texts,
    configDriveFiles: v.exactOptional(v.record(v.string(), content, mapping('a mapping from paths to contents'))),
    userData: v.exactOptional(content),
    placementGroupId: text,
    availabilityZone: text,
  },
  'a mapping with the fields of a build request',
)
