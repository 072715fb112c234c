import { answersAt } from './answering.ts'
import { hasHypervisor } from './hypervisor.ts'
import { runningService } from './service-record.ts'
import { type ServiceName, servicesOf } from './services.ts'
import { knownSite, siteFolder } from './site.ts'

export interface OpenStackServiceStatus {
  readonly name: ServiceName
  readonly address: string
  readonly answers: boolean
  /** Its pid where the testbed started it and it runs. */
  readonly ownPid?: number
}

export interface OpenStackStatus {
  readonly folder: string
  readonly services: readonly OpenStackServiceStatus[]
  /** Whether the testbed started every service and all of them answer. */
  readonly up: boolean
}

/** What there is now. Changes nothing. */
export async function openstackStatus(): Promise<OpenStackStatus> {
  const folder = siteFolder()
  const site = await knownSite(folder)
  const hypervisor = site !== undefined && (await hasHypervisor(site))
  const services = await Promise.all(
    servicesOf(site ?? { folder, password: '' }, { hypervisor }).map(async ({ name, address }) => {
      const [answers, own] = await Promise.all([
        answersAt(address),
        site === undefined ? undefined : runningService(site, name),
      ])
      return { name, address, answers, ...(own === undefined ? {} : { ownPid: own.process.pid }) }
    }),
  )
  return { folder, services, up: services.every(({ answers, ownPid }) => answers && ownPid !== undefined) }
}

/** The status as lines to read. */
export function openstackStatusLines({ folder, services }: OpenStackStatus): readonly string[] {
  return [
    `the testbed's OpenStack in ${folder}`,
    ...services.map(({ name, address, answers, ownPid }) => {
      const process = ownPid === undefined ? '' : `, pid ${ownPid}`
      const stranger = answers && ownPid === undefined ? ', not started by the testbed' : process
      return `${name} ${answers ? 'answers' : 'does not answer'} at ${address}${stranger}`
    }),
  ]
}
