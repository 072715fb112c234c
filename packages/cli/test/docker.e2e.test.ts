import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { dockerExec, dockerRequest, dockerUp, type DockerTestbed } from '@amphora/testbed'
import type { Amphora, AmphoraStatus } from '@amphora/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { binary, outcome, printed, type Outcome } from './binary.ts'
import { folder } from './test-host.ts'

const require = createRequire(import.meta.url)
const owner = `cli${randomBytes(4).toString('hex')}`
const home = folder()
let testbed: DockerTestbed | undefined
let missing = ''

beforeAll(async () => {
  // Throws where it is not built, before anything is blamed on the engine.
  require.resolve('@amphora/docker')
  try {
    testbed = await dockerUp()
  } catch (error) {
    if (process.env['CI'] === 'true') throw error
    missing = error instanceof Error ? error.message : String(error)
    return
  }
  home.write('amphora.yaml', config('${ENGINE}'))
})

afterAll(async () => {
  // Whatever a failed test has left of this run's own; nothing else bears this owner.
  if (testbed !== undefined) for (const { Id } of await containers()) await remove(Id)
  home.remove()
})

function config(socketPath: string): string {
  return `owner: ${owner}
drivers:
  local:
    package: '@amphora/docker'
    options:
      socketPath: ${socketPath}
      pull: never
`
}

function run(...argv: string[]): Promise<Outcome> {
  return outcome(binary(argv, home.path, { env: { ENGINE: testbed?.socketPath ?? '' } }))
}

/** Without an engine a test is skipped with the reason; in CI, where one must be, `dockerUp` has failed before. */
function needsEngine(skip: (note: string) => never): DockerTestbed {
  return testbed ?? skip(`no engine: ${missing}`)
}

/** What there is of this run's own, asked of the engine behind everybody's back. */
async function containers(): Promise<readonly { readonly Id: string; readonly State: string }[]> {
  const filters = JSON.stringify({ label: [`amphora.owner=${owner}`] })
  const answer = await dockerRequest('/containers/json', { query: { all: '1', filters } })
  return answer.json() as { Id: string; State: string }[]
}

async function remove(id: string): Promise<void> {
  await dockerRequest(`/containers/${id}`, { method: 'DELETE', query: { force: '1', v: '1' } })
}

const ok = (stdout: unknown): object => ({ exitCode: 0, stdout, stderr: '' })

describe('an amphora on a real engine, each command a process of its own', () => {
  const name = 'lb-1'
  let id = ''

  it('is on an engine that passes its check', async ({ skip }) => {
    needsEngine(skip)
    expect(await run('check')).toEqual(
      ok(expect.stringMatching(/local {2}ok {2}docker from @amphora\/docker\n {2}version +1\./)),
    )
    expect(await run('drivers')).toEqual(ok(expect.stringMatching(/\nlocal +docker +Container/)))
  })

  it('is valid, and its image must be there', async ({ skip }) => {
    const { images } = needsEngine(skip)
    expect(await run('validate', '--name', name, '--image', images.haproxy)).toEqual(ok('valid\n'))
    const { exitCode, stdout } = await run('validate', '--image', 'amphora/none:here')
    expect(exitCode).toBe(2)
    expect(stdout).toContain('amphora/none:here')
  })

  it('is built with a file from stdin, user data and a size, and its id is printed', async ({ skip }) => {
    const { images, socketPath } = needsEngine(skip)
    home.write('user-data', '#cloud-config')
    const argv = ['build', '--name', name, '--image', images.haproxy, '--flavor', 'vcpus=0.5,memory=64MiB']
    const files = ['--file', '/etc/amphora/hello=-', '--user-data', 'user-data', '--wait']
    const options = { env: { ENGINE: socketPath }, input: 'hello\n' }
    const built = await outcome(binary([...argv, ...files], home.path, options))
    expect(built).toEqual(ok(expect.stringMatching(/^local\/[0-9a-f]{64}\n$/)))
    id = built.stdout.trim()

    const [container = '', ...others] = (await containers()).map(({ Id }) => Id)
    expect({ id, others }).toEqual({ id: `local/${container}`, others: [] })
    expect((await dockerExec(container, ['cat', '/etc/amphora/hello'])).stdout.toString()).toBe('hello\n')
    expect((await dockerExec(container, ['cat', '/etc/amphora/user-data'])).stdout.toString()).toBe('#cloud-config')

    expect(await outcome(binary([...argv, ...files], home.path, options))).toEqual(ok(built.stdout))
    expect(await containers()).toHaveLength(1)
    const other = await run(...argv, '--file', '/etc/amphora/hello=user-data')
    expect(other).toMatchObject({ exitCode: 6, stdout: '' })
    expect(other.stderr).toContain('already-exists')
  })

  it('is got, listed and waited for, by its id and by its name', async ({ skip }) => {
    needsEngine(skip)
    const got: Amphora = JSON.parse((await run('get', name, '--json')).stdout)
    expect(got).toMatchObject({ id, name, type: 'Container', status: { state: 'active', up: true } })
    expect((await run('get', id)).stdout).toContain(`name     ${name}\n`)
    expect((await run('list')).stdout).toMatch(new RegExp(`\n${name} +Container +active +\\S+ +${id}\n`))
    expect(
      (await run('list', '--json')).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([id])
    expect((await run('wait', name)).exitCode).toBe(0)
    expect((await run('status', name)).stdout).toMatch(/state {2}active\nsays {3}running\n/)
  })

  it('is watched, and every change is seen', async ({ skip }) => {
    const { socketPath } = needsEngine(skip)
    const watching = binary(['watch', '--json'], home.path, { env: { ENGINE: socketPath } })
    await printed(watching, '"active"')
    const suspended = printed(watching, '"suspended"')
    expect(await run('suspend', name, '--wait')).toEqual(ok(''))
    await suspended
    watching.kill('SIGINT')
    const { exitCode, stderr, stdout } = await outcome(watching)
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' })
    expect(
      stdout
        .trim()
        .split('\n')
        .every((line) => JSON.parse(line).id === id),
    ).toBe(true)
  })

  it('is suspended, and resumed once', async ({ skip }) => {
    needsEngine(skip)
    const status: AmphoraStatus = JSON.parse((await run('status', id, '--json')).stdout)
    expect(status).toMatchObject({ id, state: 'suspended', up: false, raw: 'paused' })
    expect((await containers())[0]?.State).toBe('paused')
    expect(await run('suspend', id)).toEqual(ok(''))
    expect(await run('resume', name, '--wait')).toEqual(ok(''))
    expect((await containers())[0]?.State).toBe('running')
    expect(await run('resume', id)).toMatchObject({ exitCode: 6, stdout: '' })
  })

  it('is deleted, and twice is fine', async ({ skip }) => {
    needsEngine(skip)
    expect(await run('delete', name, '--wait')).toEqual(ok(''))
    expect(await containers()).toEqual([])
    expect(await run('delete', id)).toEqual(ok(''))
    expect(await run('wait', id, 'deleted')).toEqual(ok(''))
    expect(await run('get', id)).toMatchObject({ exitCode: 3, stdout: '' })
    expect(await run('list', '--json')).toEqual(ok(''))
  })
})

describe('what goes wrong on a real engine', () => {
  it('is an image that is not there: nothing is created', async ({ skip }) => {
    needsEngine(skip)
    const { exitCode, stdout, stderr } = await run('build', '--image', 'amphora/none:here')
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain('left:  Nothing was created.')
    expect(await containers()).toEqual([])
  })

  it('is an engine that is not there: it is told what to do, by check too', async ({ skip }) => {
    needsEngine(skip)
    const nowhere = home.write('nowhere.yaml', config('/tmp/amphora-no-engine.sock'))
    const listed = await run('list', '--config', nowhere, '--timeout', '2s')
    expect(listed).toMatchObject({ exitCode: 4, stdout: '' })
    expect(Math.max(...listed.stderr.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    const checked = await run('check', '--config', nowhere, '--timeout', '2s')
    expect(checked.exitCode).toBe(4)
    expect(checked.stdout).toMatch(/local {2}not ok.*problem.*do +/s)
  })
})
