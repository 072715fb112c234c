import type { Cloud } from '../cloud/resolve.ts'
import { httpUrl } from '../cloud/auth-url.ts'
import { OpenStackError } from '../openstack-error.ts'
import type { CatalogueEndpoint, TokenInfo } from './token.ts'

/** Where a service is. */
type Place = Pick<Cloud, 'overrides' | 'endpoint' | 'interface' | 'region'>

/**
 * An address from the options, else from the catalogue of the token: requests with the token go nowhere else.
 *
 * @throws {OpenStackError} `openstack/no-endpoint`, naming what the catalogue has.
 */
export function endpointOf(type: string, peer: string, place: Place, token: TokenInfo | undefined): URL {
  const given = place.overrides.get(type) ?? place.endpoint
  if (given !== undefined) return given
  if (token === undefined) throw noEndpoint(peer, `without a catalogue endpointOverride must say where "${type}" is`)
  const found = choose(type, place, token.endpoints)
  if (typeof found === 'string') throw noEndpoint(peer, found)
  const url = httpUrl(found.url)
  if (typeof url === 'string') throw noEndpoint(peer, `the catalogue's address of "${type}" ${url}`)
  return url
}

function choose(
  type: string,
  { interface: face, region }: Place,
  endpoints: readonly CatalogueEndpoint[],
): CatalogueEndpoint | string {
  const ofType = endpoints.filter((endpoint) => endpoint.type === type)
  if (ofType.length === 0)
    return `the catalogue has no service "${type}"; it has ${list(endpoints.map((one) => one.type))}`
  const ofFace = ofType.filter((endpoint) => endpoint.interface === face)
  if (ofFace.length === 0) {
    return `the catalogue has no ${face} endpoint of "${type}"; it has ${list(ofType.map((one) => one.interface))}`
  }
  const here = ofFace.filter((endpoint) => region === undefined || endpoint.region === region)
  const regions = list(ofFace.map((one) => one.region ?? 'one without a name'))
  const [first] = here
  if (first === undefined) return `the catalogue has no region "${region}" of "${type}"; it has ${regions}`
  if (here.some((one) => one.region !== first.region)) {
    return `the catalogue has several regions of "${type}", of which the option region must name one: ${regions}`
  }
  return first
}

function list(names: readonly string[]): string {
  const distinct = [...new Set(names)].toSorted()
  return distinct.length === 0 ? 'nothing' : distinct.join(', ')
}

function noEndpoint(peer: string, problem: string): OpenStackError {
  return new OpenStackError(`${peer} cannot be found: ${problem}`, {
    step: 'find the service',
    verdict: 'unsent',
    code: 'failed-precondition',
    reason: 'openstack/no-endpoint',
  })
}
