import type { WireContainer, WireEndpoint, WireEvent, WireInfo, WirePull, WireRow, WireState } from './wire.ts'

/**
 * Reads what the engine sent. Each reader gives `undefined` where the answer is not what the API promises, and takes
 * nothing for granted: only own properties are looked at, and only those that are used.
 */
export const ENGINE_ID: RegExp = /^[0-9a-f]{64}$/

export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The answer to a create. */
export function readId(json: unknown): string | undefined {
  const id = own(json, 'Id')
  return typeof id === 'string' && ENGINE_ID.test(id) ? id : undefined
}

export function readContainer(json: unknown): WireContainer | undefined {
  const Id = readId(json)
  const Name = own(json, 'Name')
  const State = readState(own(json, 'State'))
  const config = own(json, 'Config')
  const Labels = readTexts(own(config, 'Labels'))
  const Networks = readNetworks(own(json, 'NetworkSettings'))
  if (Id === undefined || typeof Name !== 'string' || !State || !Labels || !Networks) return undefined
  return {
    Id,
    Name,
    Created: text(own(json, 'Created')),
    State,
    RestartCount: number(own(json, 'RestartCount')) ?? 0,
    Image: text(own(config, 'Image')),
    Labels,
    Networks,
  }
}

export function readRow(json: unknown): WireRow | undefined {
  const Id = readId(json)
  const Names = own(json, 'Names')
  const State = own(json, 'State')
  const Labels = readTexts(own(json, 'Labels'))
  const Networks = readNetworks(own(json, 'NetworkSettings'))
  if (Id === undefined || typeof State !== 'string' || !Labels || !Networks) return undefined
  return {
    Id,
    // Null for a container that is being removed.
    Names: Array.isArray(Names) ? Names.filter((name) => typeof name === 'string') : [],
    Created: number(own(json, 'Created')),
    State,
    Status: text(own(json, 'Status')) ?? '',
    Image: text(own(json, 'Image')),
    Labels,
    Networks,
  }
}

export function readEvent(json: unknown): WireEvent | undefined {
  const actor = own(json, 'Actor')
  const id = own(actor, 'ID')
  const action = own(json, 'Action')
  const timeNano = own(json, 'timeNano')
  if (typeof id !== 'string' || typeof action !== 'string' || typeof timeNano !== 'number') return undefined
  return { id, action, timeNano, attributes: readTexts(own(actor, 'Attributes')) ?? {} }
}

export function readPull(json: unknown): WirePull | undefined {
  if (!isObject(json)) return undefined
  return {
    layer: text(own(json, 'id')),
    status: text(own(json, 'status')),
    error: text(own(own(json, 'errorDetail'), 'message')) ?? text(own(json, 'error')),
  }
}

export function readInfo(json: unknown): WireInfo {
  return { cpus: number(own(json, 'NCPU')), memoryBytes: number(own(json, 'MemTotal')) }
}

function readState(json: unknown): WireState | undefined {
  const Status = own(json, 'Status')
  if (typeof Status !== 'string') return undefined
  const health = own(json, 'Health')
  const healthStatus = own(health, 'Status')
  const log = own(health, 'Log')
  return {
    Status,
    ExitCode: number(own(json, 'ExitCode')) ?? 0,
    Error: text(own(json, 'Error')) ?? '',
    OOMKilled: own(json, 'OOMKilled') === true,
    StartedAt: text(own(json, 'StartedAt')),
    Health:
      typeof healthStatus === 'string'
        ? { Status: healthStatus, lastOutput: text(own(Array.isArray(log) ? log.at(-1) : undefined, 'Output')) }
        : undefined,
  }
}

/** Null and absent are an empty set; anything else but an object of objects is not what was promised. */
function readNetworks(settings: unknown): Readonly<Record<string, WireEndpoint>> | undefined {
  const networks = own(settings, 'Networks') ?? {}
  if (typeof networks !== 'object' || Array.isArray(networks)) return undefined
  return Object.fromEntries(
    Object.entries(networks).map(([name, endpoint]) => [
      name,
      {
        NetworkID: text(own(endpoint, 'NetworkID')),
        IPAddress: text(own(endpoint, 'IPAddress')),
        GlobalIPv6Address: text(own(endpoint, 'GlobalIPv6Address')),
        MacAddress: text(own(endpoint, 'MacAddress')),
      },
    ]),
  )
}

function readTexts(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return {}
  if (!isObject(value) || Array.isArray(value)) return undefined
  const texts: Record<string, string> = {}
  for (const [key, one] of Object.entries(value)) if (typeof one === 'string' && key !== '__proto__') texts[key] = one
  return texts
}

/** A property that came with the answer; `undefined` for everything that JavaScript adds by itself. */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** The engine writes an empty text for what there is not. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
