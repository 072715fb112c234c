import { InstanceNotFoundError, type Clock } from '@amphora/core'
import { ApplianceError } from '../../errors.ts'
import type { ApplianceSettings } from '../../inventory/settings.ts'
import { pick } from '../../pick.ts'
import type { Appliance, Identity } from '../../profile/appliance.ts'
import type { Created, GuestOrder } from '../../profile/guest.ts'
import type { SdxClient } from './client.ts'
import type { SdxGuest } from './decode.ts'
import { instanceOf } from './encode.ts'
import { isAddressTaken } from './errors.ts'
import type { SdxSettings } from './settings.ts'

/** One SDX, by its management service. An instance is addressed by the id that the SDX has given it. */
export class SdxAppliance implements Appliance<SdxGuest> {
  readonly #client: SdxClient
  readonly #appliance: ApplianceSettings<SdxSettings>
  readonly #clock: Clock

  constructor(client: SdxClient, appliance: ApplianceSettings<SdxSettings>, clock: Clock) {
    this.#client = client
    this.#appliance = appliance
    this.#clock = clock
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    return { ...(await this.#client.version(signal)), warnings: [] }
  }

  async find(name: string, signal: AbortSignal): Promise<readonly SdxGuest[]> {
    return (await this.#client.instances(signal)).filter((guest) => guest.name === name)
  }

  read(key: string, signal: AbortSignal): Promise<SdxGuest | undefined> {
    return this.#client.instance(key, signal)
  }

  list(signal: AbortSignal): Promise<readonly SdxGuest[]> {
    return this.#client.instances(signal)
  }

  async create(order: GuestOrder, signal: AbortSignal): Promise<Created> {
    const { management: pool, settings } = this.#appliance
    if (pool === undefined) throw noPool()
    const others = await this.#client.instances(signal)
    return pick<string, Created>(
      {
        candidates: pool.addresses,
        taken: new Set(others.flatMap(({ address }) => address ?? [])),
        name: order.name,
        isTaken: isAddressTaken,
        clock: this.#clock,
        signal,
        what: 'a management address',
        reason: 'netscaler-sdx/no-address',
      },
      async (address) => ({
        key: await this.#client.create(instanceOf(order, { address, pool, settings }), signal),
      }),
    )
  }

  async suspend({ key }: SdxGuest, signal: AbortSignal): Promise<void> {
    if (!(await this.#client.act('stop', key, signal))) throw gone()
  }

  async resume({ key }: SdxGuest, signal: AbortSignal): Promise<void> {
    if (!(await this.#client.act('start', key, signal))) throw gone()
  }

  async remove({ key }: SdxGuest, signal: AbortSignal): Promise<void> {
    await this.#client.remove(key, signal)
  }
}

function gone(): InstanceNotFoundError {
  return new InstanceNotFoundError('it was removed meanwhile')
}

function noPool(): ApplianceError {
  return new ApplianceError('an instance needs a management address; give the appliance some in the inventory', {
    verdict: 'unsent',
    code: 'failed-precondition',
    reason: 'netscaler-sdx/no-pool',
  })
}
