import { afterAll, describe, expect, it } from 'vitest'
import { amphora, folder, NOOP_CONFIG, plantedConfig, type Ran, type RunOptions } from '../../test/test-host.ts'

const home = folder(NOOP_CONFIG)
afterAll(() => home.remove())
const run = (argv: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  amphora(argv, { cwd: home.path, ...options })

const hanging = home.write('hanging.yaml', plantedConfig({ faults: [{ verb: 'build', kind: 'hang', acts: true }] }))
const failing = home.write(
  'failing.yaml',
  plantedConfig({ faults: [{ verb: 'build', kind: 'fail-building', fault: 'no boot' }] }),
)
const cutOff = home.write('cut-off.yaml', plantedConfig({ faults: [{ verb: 'build', kind: 'reset' }] }))
const slow = home.write('slow.yaml', plantedConfig({ laws: { buildMs: 60_000 } }))

describe('what goes into a build', () => {
  it('comes from flags, files and stdin', async () => {
    home.write('key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me\n')
    const argv = [
      'build',
      '--flavor',
      'vcpus=1,memory=512MiB',
      '--key-file',
      'key',
      '--file',
      '/etc/x=-',
      '--network',
      'n',
    ]
    expect(await run(argv, { stdin: 'content' })).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('is refused all at once where it breaks rules', async () => {
    const { exitCode, stderr } = await run(['build', '--name', '-x', '--file', 'etc/x=-', '--network', ''])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /^error: The request breaks 3 rules\n {2}- name is .*\n {4}found .*\n {2}- networkIds.*\n {2}- configDriveFiles/,
    )
    expect(stderr).toContain('left:  Nothing was sent.')
  })

  it('is refused where a file is missing, and the file is named', async () => {
    expect((await run(['build', '--file', '/etc/x=nowhere'])).stderr.replaceAll(/\n\s+/g, ' ')).toMatch(
      /^error: Cannot read .*nowhere for --file \/etc\/x: there is no such file\n/,
    )
  })

  it('is of the one type that the drivers build, where none is given', async () => {
    home.write('containers.mjs', containersOnly)
    const config = home.write('containers.yaml', 'drivers: { only: { package: ./containers.mjs } }')
    const { stderr } = await run(['build', '--config', config])
    expect(stderr).toContain('it was asked for a Container')
    expect((await run(['build', '--config', config, '--type', 'VM'])).stderr).toContain('no binding builds VM')
  })
})

const containersOnly = `import { AmphoraComputeError, defineDriver } from '@amphora/core'
const nothing = () => { throw new Error('not asked') }
export const containers = defineDriver({
  apiVersion: 1, name: 'containers', capabilities: { types: ['Container'] },
  options: { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } },
  connect: () => ({
    build: async ({ type }) => { throw new AmphoraComputeError('it was asked for a ' + type, { code: 'permission-denied' }) },
    delete: nothing, getAmphora: nothing, find: nothing, list: nothing, check: nothing,
  }),
})
`

describe('a build that is stopped', () => {
  const stops: NonNullable<RunOptions['stops']> = (stop) => void setTimeout(() => stop('SIGINT'), 300)

  it('under a name may have been made, and says how it is repeated', async () => {
    const ran = await run(['build', '--config', hanging, '--name', 'lb-1', '--image', 'a b'], { stops })
    expect(ran).toMatchObject({ exitCode: 130, stdout: '' })
    expect(ran.stderr).toMatch(/^error: Interrupted\. Cannot build "lb-1" on "lab": /)
    expect(ran.stderr).toContain('left:  An amphora named lb-1 may exist')
    expect(ran.stderr.replaceAll(/ \\\n\s+/g, ' ')).toContain(
      `         amphora build --config ${hanging} --name lb-1 --image 'a b'\n         amphora get lb-1\n`,
    )
  })

  it('without a name is deleted again, and says so', async () => {
    const ran = await run(['build', '--config', hanging], { stops })
    expect(ran).toMatchObject({ exitCode: 130, stdout: '' })
    expect(ran.stderr.replaceAll(/\n\s+/g, ' ')).toMatch(
      /left: {2}lab\/\S+ was made all the same, and has been deleted again\./,
    )
  })

  it('by SIGTERM ends with 143', async () => {
    const terminate: RunOptions['stops'] = (stop) => void setTimeout(() => stop('SIGTERM'), 300)
    expect((await run(['build', '--config', hanging], { stops: terminate })).exitCode).toBe(143)
  })

  it('while it is waited for exists, and says how to go on', async () => {
    const ran = await run(['build', '--config', slow, '--name', 'lb-1', '--wait', '--json'], { stops })
    expect(ran.exitCode).toBe(130)
    const { error }: { error: { left: string[]; next: string[] } } = JSON.parse(ran.stderr)
    const [, id] = /^(lab\/\S+) exists\.$/.exec(error.left[0] ?? '') ?? []
    expect(error.next).toEqual([`amphora wait ${id}`, `amphora delete ${id}`])
  })

  it('the second time ends the process at once', async () => {
    const left: number[] = []
    const twice: RunOptions['stops'] = (stop) =>
      void setTimeout(() => {
        stop('SIGINT')
        try {
          stop('SIGINT')
        } catch {
          left.push(130)
        }
      }, 300)
    await run(['build', '--config', hanging], { stops: twice })
    expect(left).toEqual([130])
  })
})

describe('a build that fails', () => {
  it('while it is waited for ends with 6 and the fault', async () => {
    const { exitCode, stderr } = await run(['build', '--config', failing, '--wait'])
    expect(exitCode).toBe(6)
    expect(stderr).toContain('no boot')
    expect(stderr.replaceAll(/\n\s+/g, ' ')).toMatch(/left: {2}lab\/\S+ exists\..*amphora delete lab/s)
    expect(stderr).not.toContain('amphora wait')
  })

  it('in doubt says so as JSON', async () => {
    const { exitCode, stderr } = await run(['build', '--config', cutOff, '--name', 'lb-1', '--json', '--timeout', '2s'])
    expect(exitCode).toBe(4)
    expect(JSON.parse(stderr)).toMatchObject({ error: { outcome: 'in-doubt', amphoraName: 'lb-1', exitCode: 4 } })
  })

  it('for want of time ends with 4', async () => {
    const { exitCode, stderr } = await run(['build', '--config', hanging, '--timeout', '300ms'])
    expect(exitCode).toBe(4)
    expect(stderr).toContain('deadline-exceeded')
  })

  it('because the name is taken by another order ends with 6', async () => {
    const config = home.write('shared.yaml', plantedConfig({ world: 'taken' }))
    await run(['build', '--config', config, '--name', 'lb-1'])
    expect(await run(['build', '--config', config, '--name', 'lb-1', '--image', 'other'])).toMatchObject({
      exitCode: 6,
      stdout: '',
    })
  })
})

describe('on a terminal', () => {
  it('says what happens, on stderr alone', async () => {
    const { stdout, stderr } = await run(['build', '--name', 'lb-1', '--wait'], { terminal: 80 })
    expect(stdout).toMatch(/^lab\/[\w-]+\n$/)
    expect(stderr).toContain('building lb-1')
    expect(stderr).toContain('lb-1 is active at 10.0.0.')
    expect((await run(['build', '--name', 'lb-1'], { terminal: 80 })).stderr).toContain('amphora wait lb-1')
  })
})
