import { isRecord, pythonText } from '@amphora/fake-openstack'
import { refuse } from './refuse.ts'

/** The roots of a node that a request may change, in the order in which Ironic lists them. */
const CHANGEABLE =
  'automated_clean, bios_interface, boot_interface, chassis_uuid, conductor_group, console_interface, deploy_interface, description, driver, driver_info, extra, inspect_interface, instance_info, instance_uuid, lessee, maintenance, management_interface, name, network_data, network_interface, owner, power_interface, properties, protected, protected_reason, raid_interface, rescue_interface, resource_class, retired, retired_reason, shard, storage_interface, vendor_interface'

interface Step {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value: unknown
}

/** The steps of a patch; Ironic takes neither `test` nor a path with anything but word characters. */
export function readPatch(body: unknown): readonly Step[] {
  if (!Array.isArray(body)) throw refuse(400, `Schema error for patch: ${pythonText(body)} is not of type 'array'`)
  return body.map((step: unknown) => {
    if (!isRecord(step)) throw refuse(400, `Schema error for patch: ${pythonText(step)} is not of type 'object'`)
    const { op, path, value } = step
    if (op !== 'add' && op !== 'replace' && op !== 'remove') {
      throw refuse(400, `Schema error for patch: ${pythonText(op)} is not one of ['add', 'replace', 'remove']`)
    }
    if (typeof path !== 'string' || !/^(?:\/[\w-]+)+$/.test(path)) {
      throw refuse(400, `Schema error for patch: ${pythonText(path)} does not match '^(/[\\\\w-]+)+$'`)
    }
    const [, root = ''] = path.split('/')
    if (!CHANGEABLE.split(', ').includes(root)) {
      throw refuse(400, `Cannot patch ${path}. Only the following can be updated: ${CHANGEABLE}`)
    }
    return { op, path, value }
  })
}

/** The document afterwards; the first step that cannot be done refuses all. */
export function patched(
  document: Readonly<Record<string, unknown>>,
  steps: readonly Step[],
): Readonly<Record<string, unknown>> {
  const copy = structuredClone(document) as Record<string, unknown>
  for (const step of steps) apply(copy, step)
  return copy
}

function apply(document: Record<string, unknown>, step: Step): void {
  const { op, path, value } = step
  const keys = path.split('/').slice(1)
  const last = keys.at(-1) ?? ''
  let here: unknown = document
  for (const key of keys.slice(0, -1)) {
    if (!isRecord(here) || !Object.hasOwn(here, key))
      throw impossible(step, `member '${key}' not found in ${pythonText(here)}`)
    here = here[key]
  }
  if (!isRecord(here)) throw impossible(step, `${pythonText(here)} has no members`)
  const target = here as Record<string, unknown>
  const isThere = Object.hasOwn(target, last)
  if (op === 'remove') {
    if (!isThere) throw impossible(step, `can't remove a non-existent object '${last}'`)
    delete target[last]
    return
  }
  if (op === 'replace' && !isThere) throw impossible(step, `can't replace a non-existent object '${last}'`)
  target[last] = value
}

function impossible({ op, path, value }: Step, reason: string): Error {
  const told = pythonText(value === undefined ? { op, path } : { op, path, value })
  return refuse(400, `Couldn't apply patch '${told}'. Reason: ${reason}`)
}
