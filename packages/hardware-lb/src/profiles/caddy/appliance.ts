import { AmphoraComputeError, InstanceNotFoundError, type Clock } from '@amphora/core'
import type { ApplianceSettings } from '../../inventory/settings.ts'
import { pick } from '../../pick.ts'
import type { Appliance, Identity } from '../../profile/appliance.ts'
import type { Created, GuestOrder } from '../../profile/guest.ts'
import type { CaddyClient } from './client.ts'
import { guestOf, type CaddyGuest } from './decode.ts'
import { serverOf } from './encode.ts'
import type { CaddySettings } from './settings.ts'

/** One Caddy. A tenant is an HTTP server of its configuration, under its name. */
export class CaddyAppliance implements Appliance<CaddyGuest> {
  readonly #client: CaddyClient
  readonly #settings: CaddySettings
  readonly #clock: Clock

  constructor(client: CaddyClient, { settings }: ApplianceSettings<CaddySettings>, clock: Clock) {
    this.#client = client
    this.#settings = settings
    this.#clock = clock
  }

  /** Its admin interface tells no version; that it has such servers tells what it is. */
  async identify(signal: AbortSignal): Promise<Identity> {
    await this.#client.servers(signal)
    return { warnings: [] }
  }

  async find(name: string, signal: AbortSignal): Promise<readonly CaddyGuest[]> {
    const guest = await this.read(name, signal)
    return guest === undefined ? [] : [guest]
  }

  async read(key: string, signal: AbortSignal): Promise<CaddyGuest | undefined> {
    const server = await this.#client.server(key, signal)
    return server === undefined ? undefined : guestOf(key, server)
  }

  async list(signal: AbortSignal): Promise<readonly CaddyGuest[]> {
    return Object.entries(await this.#client.servers(signal)).map(([name, server]) => guestOf(name, server))
  }

  async create({ name, mark, image = '' }: GuestOrder, signal: AbortSignal): Promise<Created> {
    const upstreams = this.#settings.templates[image] ?? []
    const others = await this.list(signal)
    await pick(
      {
        candidates: this.#settings.listen,
        taken: new Set(
          others.flatMap(({ address, listen }) => [...(address === undefined ? [] : [address]), ...listen]),
        ),
        name,
        isTaken: (thrown) => AmphoraComputeError.from(thrown).reason === 'caddy/address-taken',
        clock: this.#clock,
        signal,
        what: 'an address to listen on',
        reason: 'caddy/no-address',
      },
      (address) => this.#client.create(name, serverOf(mark, address, upstreams), signal),
    )
    return { key: name }
  }

  async suspend({ idText = '' }: CaddyGuest, signal: AbortSignal): Promise<void> {
    if (!(await this.#client.listen(idText, [], signal))) throw gone()
  }

  async resume({ idText = '', address = '' }: CaddyGuest, signal: AbortSignal): Promise<void> {
    if (!(await this.#client.listen(idText, [address], signal))) throw gone()
  }

  async remove({ idText = '' }: CaddyGuest, signal: AbortSignal): Promise<void> {
    await this.#client.remove(idText, signal)
  }
}

function gone(): InstanceNotFoundError {
  return new InstanceNotFoundError('it was removed meanwhile')
}
