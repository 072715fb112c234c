import { Command } from 'commander'
import { dockerStatus, statusLines } from './docker/status.ts'
import { dockerDown, dockerUp } from './docker/testbed.ts'

const program = new Command('testbed').description('Starts and stops the real backends of the end-to-end tests.')
const docker = program.command('docker').description("Docker Engine at DOCKER_HOST (unix://), by default Debian's own.")

docker
  .command('up')
  .description('see to it that an engine answers and has the test images')
  .action(() => report(up))

docker
  .command('down')
  .description('stop the engine if the testbed started it')
  .action(() => report(() => dockerDown({ log: print })))

docker
  .command('status')
  .description('show what runs; exit code 3 when no engine answers')
  .action(() => report(status))

process.stdout.on('error', () => process.exit()) // who reads the output went away, as `head` does
await program.parseAsync()

async function up(): Promise<void> {
  let actions = 0
  await dockerUp({
    log: (line) => {
      actions += 1
      print(line)
    },
  })
  if (actions === 0) print('nothing to do')
  await status()
}

async function status(): Promise<void> {
  const found = await dockerStatus()
  for (const line of statusLines(found)) print(line)
  if (found.engine === undefined) process.exitCode = 3
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
