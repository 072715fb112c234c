import { own, textOf, type HttpAnswer } from '@amphora/http'
import { OpenStackError } from '../openstack-error.ts'

/** Which microversions of a service are understood here, and how they are asked for. */
export interface MicroversionOptions {
  /** `openstack`: `OpenStack-API-Version: compute 2.79`. `ironic`: Ironic's own header. */
  readonly header: 'openstack' | 'ironic'
  /** The newest that is used: `2.79`. */
  readonly highest: string
  /** The oldest that will do. */
  readonly floor: string
}

/** What a service has, its lowest and its highest. */
export interface VersionRange {
  readonly lowest: string
  readonly highest: string
}

/** The header that asks for one. */
export function microversionHeader(
  style: MicroversionOptions['header'],
  type: string,
  version: string,
): Readonly<Record<string, string>> {
  return style === 'ironic'
    ? { 'x-openstack-ironic-api-version': version }
    : { 'openstack-api-version': `${type} ${version}` }
}

/** What a version document says: a range, that there are no microversions, or nothing that can be read. */
export function readRange({ body, header }: Pick<HttpAnswer, 'body' | 'header'>): VersionRange | 'none' | undefined {
  const version = own(body, 'version') ?? own(body, 'default_version')
  const lowest = header('x-openstack-ironic-api-minimum-version') ?? textOf(own(version, 'min_version'))
  const highest = header('x-openstack-ironic-api-maximum-version') ?? textOf(own(version, 'version'))
  if (lowest === undefined || highest === undefined)
    return textOf(own(version, 'id')) === undefined ? undefined : 'none'
  return FORM.test(lowest) && FORM.test(highest) ? { lowest, highest } : undefined
}

const FORM = /^\d{1,4}\.\d{1,4}$/

/** The highest that both sides have. @throws {OpenStackError} where that is below the floor. */
export function negotiate(
  { lowest, highest }: VersionRange,
  ours: MicroversionOptions,
  peer: string,
  prefix: string,
): string {
  const chosen = compare(highest, ours.highest) < 0 ? highest : ours.highest
  if (compare(chosen, ours.floor) >= 0 && compare(chosen, lowest) >= 0) return chosen
  throw tooOld(`the microversions ${lowest} to ${highest}`, ours, peer, prefix)
}

/** It has none of those that are needed. */
export function tooOld(has: string, ours: MicroversionOptions, peer: string, prefix: string): OpenStackError {
  return new OpenStackError(`${peer} has ${has}, and one of ${ours.floor} to ${ours.highest} is needed`, {
    step: 'tell its microversions',
    verdict: 'unsent',
    code: 'failed-precondition',
    reason: `${prefix}/microversion`,
  })
}

/** By numbers: 2.9 is before 2.10. */
function compare(a: string, b: string): number {
  const [major = 0, minor = 0] = a.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = b.split('.').map(Number)
  return major - otherMajor || minor - otherMinor
}
