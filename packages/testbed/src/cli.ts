import { Command } from 'commander'
import { applianceStatus, applianceStatusLines } from './appliance/status.ts'
import { applianceDown, applianceUp } from './appliance/testbed.ts'
import { dockerStatus, statusLines } from './docker/status.ts'
import { dockerDown, dockerUp } from './docker/testbed.ts'
import { openstackStatus, openstackStatusLines } from './openstack/status.ts'
import { openstackDown, openstackUp } from './openstack/testbed.ts'

const program = new Command('testbed').description('Starts and stops the real backends of the end-to-end tests.')
const docker = program.command('docker').description("Docker Engine at DOCKER_HOST (unix://), by default Debian's own.")

docker
  .command('up')
  .description('see to it that an engine answers and has the test images')
  .action(() => report(() => upOrNothing(dockerUp, showDocker)))

docker
  .command('down')
  .description('stop the engine if the testbed started it')
  .action(() => report(() => dockerDown({ log: print })))

docker
  .command('status')
  .description('show what runs; exit code 3 when no engine answers')
  .action(() => report(showDocker))

const openstack = program
  .command('openstack')
  .description("Keystone, Placement, Glance, Neutron, Nova and Ironic from Debian's packages, on 127.0.0.1.")

openstack
  .command('up')
  .description('see to it that all services answer and have the test resources')
  .option('--hypervisor', 'also a host that runs real guests by qemu, in zone libvirt')
  .action(({ hypervisor }: { hypervisor?: boolean }) =>
    report(() => upOrNothing(({ log }) => openstackUp({ log, hypervisor: hypervisor === true }), showOpenStack)),
  )

openstack
  .command('down')
  .description('stop the services that the testbed started')
  .option('--wipe', 'also remove all their state')
  .action(({ wipe }: { wipe?: boolean }) => report(() => openstackDown({ log: print, wipe: wipe === true })))

openstack
  .command('status')
  .description('show what runs; exit code 3 when not all services answer')
  .action(() => report(showOpenStack))

const appliance = program.command('appliance').description('Caddy, and snmpd with tables of two vendors, on 127.0.0.1.')

appliance
  .command('up')
  .description('see to it that both answer')
  .action(() => report(() => upOrNothing(applianceUp, showAppliance)))

appliance
  .command('down')
  .description('stop what the testbed started')
  .option('--wipe', 'also remove keys, certificates and logs')
  .action(({ wipe }: { wipe?: boolean }) => report(() => applianceDown({ log: print, wipe: wipe === true })))

appliance
  .command('status')
  .description('show what runs; exit code 3 when not both answer')
  .action(() => report(showAppliance))

process.stdout.on('error', () => process.exit()) // who reads the output went away, as `head` does
await program.parseAsync()

async function upOrNothing(
  up: (options: { log: (line: string) => void }) => Promise<unknown>,
  show: () => Promise<void>,
): Promise<void> {
  let actions = 0
  await up({
    log: (line) => {
      actions += 1
      print(line)
    },
  })
  if (actions === 0) print('nothing to do')
  await show()
}

async function showDocker(): Promise<void> {
  const found = await dockerStatus()
  for (const line of statusLines(found)) print(line)
  if (found.engine === undefined) process.exitCode = 3
}

async function showOpenStack(): Promise<void> {
  const found = await openstackStatus()
  for (const line of openstackStatusLines(found)) print(line)
  if (!found.up) process.exitCode = 3
}

async function showAppliance(): Promise<void> {
  const found = await applianceStatus()
  for (const line of applianceStatusLines(found)) print(line)
  if (!found.up) process.exitCode = 3
}

/** A failure is its message: no stack reaches the terminal. */
async function report(action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
