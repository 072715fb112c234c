import type { IncomingHttpHeaders } from 'node:http'
import { refuse } from './refuse.ts'

/** The number behind `2.`: 79 for 2.79. */
export type Microversion = number

/** What a request asks for, by either header; 2.1 where it asks for nothing. */
export function microversionOf(headers: IncomingHttpHeaders, maximum: Microversion): Microversion {
  const asked = askedIn(headers)
  if (asked === undefined) return 1
  if (asked === 'latest') return maximum
  const [, major = '', minor = ''] = /^([1-9]\d*)\.([1-9]\d*|0)$/.exec(asked) ?? []
  if (major === '') {
    throw refuse(400, `API Version String ${asked} is of invalid format. Must be of format MajorNum.MinorNum.`)
  }
  if (major !== '2' || Number(minor) < 1 || Number(minor) > maximum) {
    const message = `Version ${asked} is not supported by the API. Minimum is 2.1 and maximum is 2.${maximum}.`
    throw refuse(406, message, echoOf(asked))
  }
  return Number(minor)
}

/** The headers in which Nova repeats the microversion. */
export function echoOf(version: string): Readonly<Record<string, string | readonly string[]>> {
  return {
    'openstack-api-version': `compute ${version}`,
    'x-openstack-nova-api-version': version,
    vary: ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'],
  }
}

function askedIn(headers: IncomingHttpHeaders): string | undefined {
  const modern = headers['openstack-api-version']
  const found = typeof modern === 'string' ? /(?:^|,)\s*compute\s+([^,\s]+)/.exec(modern)?.[1] : undefined
  const older = headers['x-openstack-nova-api-version']
  return found ?? (typeof older === 'string' ? older : undefined)
}

/** The version documents: `GET /`, and that of one version. */
export function versionDocuments(
  url: string,
  maximum: Microversion,
): { readonly v2: object; readonly v21: object; readonly list: object } {
  const docs = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' }
  const v2 = {
    id: 'v2.0',
    status: 'SUPPORTED',
    version: '',
    min_version: '',
    updated: '2011-01-21T11:33:21Z',
    links: [{ rel: 'self', href: `${url}/v2/` }],
  }
  const v21 = {
    id: 'v2.1',
    status: 'CURRENT',
    version: `2.${maximum}`,
    min_version: '2.1',
    updated: '2013-07-23T11:33:21Z',
    links: [{ rel: 'self', href: `${url}/v2.1/` }],
  }
  const whole = (version: { readonly links: readonly object[] }, type: string): object => ({
    version: {
      ...version,
      links: [...version.links, docs],
      'media-types': [{ base: 'application/json', type: `application/vnd.openstack.compute+json;version=${type}` }],
    },
  })
  return { v2: whole(v2, '2'), v21: whole(v21, '2.1'), list: { versions: [v2, v21] } }
}
