import {
  AmphoraBuildError,
  AmphoraComputeError,
  NotSuspendedError,
  type BuildOrder,
  type Call,
  type CheckReport,
  type DriverContext,
  type DriverFor,
  type ReportedAmphora,
} from '@amphora/core'
import type { capabilities } from './capabilities.ts'
import { Client } from './client.ts'
import { toAmphora, toStatus } from './decode.ts'
import { TAGS, toCreateBody } from './encode.ts'
import { absent, buildError, foreign } from './errors.ts'
import type { Settings } from './options.ts'
import type { WireServer } from './wire.ts'

/** Sends nothing. Keeps nothing but its connections: whatever must outlive it is on the backend. */
// here: the verbs, a few lines each; the rest of this file holds where your backend takes a name once only
export function createDriver(settings: Settings, { owner, clock }: DriverContext): DriverFor<typeof capabilities> {
  const client = new Client(settings, clock)
  const isOurs = (server: WireServer): boolean => server.tags[TAGS.owner] === owner

  /** For changing: what is not ours is left alone, and that is said. */
  const changeable = async (id: string, signal: AbortSignal): Promise<WireServer | undefined> => {
    const server = await client.get(id, signal)
    if (server !== undefined && !isOurs(server)) throw foreign()
    return server
  }

  const named = async (name: string, signal: AbortSignal): Promise<readonly WireServer[]> =>
    (await client.list({ name }, signal)).servers.filter((server) => server.name === name)

  return {
    async build(order: BuildOrder, { signal }: Call): Promise<string> {
      try {
        return (await client.create(toCreateBody(order, owner), signal)).id
      } catch (thrown) {
        if (!isTaken(thrown)) throw buildError(thrown)
      }
      const [holder] = await named(order.name, signal)
      return adopted(holder, order, holder !== undefined && isOurs(holder))
    },

    async delete(id: string, { signal }: Call): Promise<void> {
      const server = await changeable(id, signal)
      if (server !== undefined && toStatus(server).state !== 'deleting') await client.remove(id, signal)
    },

    async getAmphora(id: string, { signal }: Call): Promise<ReportedAmphora> {
      const server = await client.get(id, signal)
      if (server === undefined || !isOurs(server)) throw absent()
      return toAmphora(server)
    },

    async find(name: string, { signal }: Call): Promise<readonly ReportedAmphora[]> {
      return (await named(name, signal)).filter(isOurs).map(toAmphora)
    },

    async *list({ signal }: Call): AsyncGenerator<ReportedAmphora, void> {
      let page = await client.list({}, signal)
      yield* page.servers.filter(isOurs).map(toAmphora)
      while (page.next !== undefined) {
        page = await client.list({ after: page.next }, signal)
        yield* page.servers.filter(isOurs).map(toAmphora)
      }
    },

    async check({ signal }: Call): Promise<CheckReport> {
      return { version: await client.version(signal), warnings: [] }
    },

    async suspend(id: string, { signal }: Call): Promise<void> {
      const server = await changeable(id, signal)
      if (server === undefined) throw absent()
      if (!toStatus(server).state.startsWith('suspend')) await client.suspend(id, signal)
    },

    async resume(id: string, { signal }: Call): Promise<void> {
      const server = await changeable(id, signal)
      if (server === undefined) throw absent()
      if (toStatus(server).state !== 'suspended') {
        throw new NotSuspendedError('only what is suspended can be resumed; look at its status')
      }
      await client.resume(id, signal)
    },

    async close(): Promise<void> {
      client.close()
    },
  }
}

function isTaken(thrown: unknown): boolean {
  return thrown instanceof AmphoraComputeError && thrown.reason === '__driver__/name-taken'
}

/** The id of what has the name already, where it is what this order asks for. */
function adopted(holder: WireServer | undefined, order: BuildOrder, isOurs: boolean): string {
  const refused = (code: 'already-exists' | 'conflict', message: string): AmphoraBuildError =>
    new AmphoraBuildError(message, { code, outcome: 'not-created' })

  if (holder === undefined) throw refused('conflict', 'what had the name has just gone; try again in a moment')
  if (!isOurs) throw refused('already-exists', 'the name belongs to a server that is not ours; take another name')
  if (toStatus(holder).state === 'deleting') throw refused('conflict', 'what has the name is just being deleted')
  if (holder.tags[TAGS.fingerprint] === order.fingerprint) return holder.id
  throw refused('already-exists', 'the name belongs to another order; take another name, or delete that one first')
}
