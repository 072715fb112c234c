import { readFile } from 'node:fs/promises'
import type { Logger } from '@amphora/core'
import { own, type TlsOptions } from '@amphora/http'
import type { CloudSettings, EndpointInterface } from '../options.ts'
import { httpUrl } from './auth-url.ts'
import { findEntry } from './cloud-files.ts'
import { configError } from './config-error.ts'
import { credentialsOf, type Credentials } from './credentials.ts'
import { asksForInsecure, layerOf } from './entry.ts'
import { environmentEntry, surroundings } from './environment.ts'
import { mergeLayers, type CloudLayer } from './layer.ts'

/** Everything that is to be known of a cloud before it is asked anything. */
export interface Cloud {
  readonly credentials: Credentials
  readonly region: string | undefined
  readonly interface: EndpointInterface
  /** Addresses by service type that win over the catalogue. */
  readonly overrides: ReadonlyMap<string, URL>
  /** The address of every service, where there is no catalogue. */
  readonly endpoint: URL | undefined
  readonly tls: TlsOptions
}

/** Reads the files that the options point to, once. Sends nothing. */
export async function resolveCloud(settings: CloudSettings, logger: Logger): Promise<Cloud> {
  const layer = await layersOf(settings, logger)
  const { certificatePin: pin, insecureSkipVerify } = settings
  if (insecureSkipVerify === true) {
    logger.warn(
      { code: 'insecure' },
      'certificates are not looked at: anybody on the way may read and change everything',
    )
  }
  const read = (path: string | undefined): Promise<string | undefined> | undefined =>
    path === undefined ? undefined : pemFile(path, layer.where)
  const [ca, cert, key] = await Promise.all([
    layer.caCert ?? read(layer.caFile),
    read(layer.certFile),
    read(layer.keyFile ?? layer.certFile),
  ])
  return {
    credentials: credentialsOf(layer.auth, layer.where),
    region: layer.region,
    interface: layer.interface ?? 'public',
    overrides: new Map(
      Object.entries(layer.endpointOverride ?? {}).map(([type, url]) => [
        type,
        addressOf(url, `${layer.where}: the endpoint override of ${type}`),
      ]),
    ),
    endpoint: layer.endpoint === undefined ? undefined : addressOf(layer.endpoint, `${layer.where}: endpoint`),
    tls: { ca, pin, cert, key, insecureSkipVerify },
  }
}

async function layersOf(settings: CloudSettings, logger: Logger): Promise<CloudLayer> {
  const explicit = optionsLayer(settings)
  const env = settings.fromEnvironment === true ? process.env : {}
  const name = settings.cloud ?? said(env['OS_CLOUD'])
  if (name === undefined) {
    if (settings.fromEnvironment !== true) return explicit
    return mergeLayers(explicit, layerOf(environmentEntry(env), 'the environment', settings.region))
  }
  const { entry, where } = await findEntry(name, {
    cloudsFile: settings.cloudsFile ?? said(env['OS_CLIENT_CONFIG_FILE']),
    secureFile: settings.secureFile ?? said(env['OS_CLIENT_SECURE_FILE']),
    logger,
  })
  if (asksForInsecure(entry) && settings.insecureSkipVerify !== true) {
    logger.warn(
      { name },
      `${where} says that certificates need not be verified; that holds only with the option insecureSkipVerify`,
    )
  }
  const around = layerOf(surroundings(env), 'the environment', undefined)
  const layer = layerOf(entry, where, settings.region ?? undefined)
  return { ...mergeLayers(explicit, { ...mergeLayers(layer, around), where }), where }
}

function optionsLayer({ auth, region, interface: face, endpointOverride, caCert, caFile }: CloudSettings): CloudLayer {
  return { where: 'the options', auth: auth ?? {}, region, interface: face, endpointOverride, caCert, caFile }
}

function addressOf(given: string, what: string): URL {
  const url = httpUrl(given)
  if (typeof url === 'string') throw configError(`${what} ${url}`)
  return url
}

async function pemFile(path: string, where: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    const code = own(thrown, 'code')
    throw configError(`${where}: ${path} could not be read: ${typeof code === 'string' ? code : 'no code'}`)
  }
  if (!text.includes('-----BEGIN ')) throw configError(`${where}: ${path} is not PEM`)
  return text
}

function said(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
