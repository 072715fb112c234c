import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { dockerRequest } from '../src/index.ts'

/** The limits under which the project runs every container. */
const hardened = {
  CapDrop: ['ALL'],
  CapAdd: ['NET_BIND_SERVICE'],
  SecurityOpt: ['no-new-privileges'],
  Init: true,
  PidsLimit: 512,
}

export interface ContainerInspection {
  readonly State: {
    readonly Status: string
    readonly ExitCode: number
    readonly Health?: { readonly Status: string } | undefined
  }
  readonly NetworkSettings: { readonly IPAddress: string }
}

const Inspection: v.GenericSchema<unknown, ContainerInspection> = v.object({
  State: v.object({
    Status: v.string(),
    ExitCode: v.number(),
    Health: v.optional(v.object({ Status: v.string() })),
  }),
  NetworkSettings: v.object({ IPAddress: v.string() }),
})

/** Makes a container and gives back the status of the answer. */
export async function create(name: string, image: string, command?: readonly string[]): Promise<number> {
  const body = { Image: image, HostConfig: hardened, ...(command === undefined ? {} : { Cmd: command }) }
  return (await dockerRequest('/containers/create', { method: 'POST', query: { name }, body })).status
}

/** Starts it and gives back the status of the answer. */
export async function start(name: string): Promise<number> {
  return (await dockerRequest(`/containers/${name}/start`, { method: 'POST' })).status
}

/** Removes it, whatever it does. */
export async function remove(name: string): Promise<number> {
  return (await dockerRequest(`/containers/${name}`, { method: 'DELETE', query: { force: '1', v: '1' } })).status
}

export async function inspect(name: string): Promise<ContainerInspection> {
  return v.parse(Inspection, (await dockerRequest(`/containers/${name}/json`)).json())
}

/** Asks again until `found` gives a value, for at most 20 s. */
export async function eventually<T>(what: string, found: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 20_000
  for (;;) {
    const value = await found()
    if (value !== undefined) return value
    if (Date.now() >= end) throw new Error(`waited 20 s for ${what}`)
    await sleep(50)
  }
}
