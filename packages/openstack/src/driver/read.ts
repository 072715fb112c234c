import { listOf, own, textOf } from '@amphora/http'
import { UUID } from './uuid.ts'

/** The id under this key; `undefined` where it is no uuid. */
export function uuidAt(json: unknown, key: string): string | undefined {
  const id = textOf(own(json, key))
  return id !== undefined && UUID.test(id) ? id : undefined
}

/** The texts of a list, without whatever else it holds. */
export function textsOf(json: unknown): readonly string[] {
  return (listOf(json) ?? []).map(textOf).filter((text) => text !== undefined)
}

/** The addresses of a port, as Neutron tells them and Nova passes them on. */
export function fixedIps(port: unknown): readonly string[] {
  return textsOf(listOf(own(port, 'fixed_ips'))?.map((one) => own(one, 'ip_address')))
}
