import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { binary, outcome, printed } from './binary.ts'
import { folder, NOOP_CONFIG, plantedConfig } from './test-host.ts'

const home = folder(NOOP_CONFIG)
const planted = home.write('planted.yaml', plantedConfig({ plants: ['lb-1'] }))
const suspended = home.write('suspended.yaml', plantedConfig({ plants: ['lb-1'], words: { 'lb-1': 'suspended' } }))
const hanging = home.write(
  'hanging.yaml',
  plantedConfig({ faults: [{ verb: 'build', kind: 'hang', acts: true }], announce: true }),
)
afterAll(() => home.remove())

const run = (...argv: string[]): ReturnType<typeof outcome> => outcome(binary(argv, home.path))
const ok = (stdout: unknown): object => ({ exitCode: 0, stdout, stderr: '' })
const BEGUN = 'the build has begun\n'
const ID = /^lab\/[\w-]+\n$/

describe('every command, as a process of its own, on Noop', () => {
  it('drivers', async () => {
    expect(await run('drivers')).toEqual(ok(expect.stringMatching(/^NAME +DRIVER +BUILDS +CAN TAKE\nlab +noop +VM/)))
    expect(JSON.parse((await run('drivers', '--json')).stdout)).toMatchObject([{ name: 'lab', driver: 'noop' }])
  })

  it('check', async () => {
    expect(await run('check')).toEqual(
      ok(expect.stringMatching(/lab {2}ok {2}noop from @amphora\/noop\n {2}version +noop\/1/)),
    )
    expect(JSON.parse((await run('check', '--json')).stdout)).toMatchObject({
      drivers: [{ ok: true, version: 'noop/1' }],
    })
  })

  it('validate', async () => {
    expect(await run('validate', '--name', 'lb-1')).toEqual(ok('valid\n'))
    expect(await run('validate', '--name', '-')).toMatchObject({ exitCode: 2, stderr: '' })
  })

  it('build, with everything from files and stdin', async () => {
    home.write('user-data', '#cloud-config')
    const argv = ['build', '--name', 'lb-1', '--file', '/etc/x=-', '--user-data', 'user-data', '--wait']
    expect(await outcome(binary(argv, home.path, { input: 'content' }))).toEqual(ok(expect.stringMatching(ID)))
    home.write('request.json', JSON.stringify({ name: 'lb-2', flavor: { vcpus: 1 }, userData: { file: 'user-data' } }))
    expect(JSON.parse((await run('build', '--request', 'request.json', '--wait', '--json')).stdout)).toMatchObject({
      name: 'lb-2',
      status: { state: 'active' },
    })
  })

  it('list', async () => {
    expect(await run('list', '--config', planted)).toEqual(ok(expect.stringMatching(/^NAME .*\nlb-1 {2}VM {4}active/)))
    expect(JSON.parse((await run('list', '--config', planted, '--json')).stdout)).toMatchObject({ name: 'lb-1' })
  })

  it('get', async () => {
    expect(await run('get', 'lb-1', '--config', planted)).toEqual(ok(expect.stringMatching(/^name +lb-1\nid +lab\//)))
    expect(await run('get', 'lb-2', '--config', planted)).toMatchObject({ exitCode: 3, stdout: '' })
  })

  it('status', async () => {
    expect(await run('status', 'lb-1', '--config', planted)).toEqual(ok(expect.stringMatching(/\nstate +active\n/)))
  })

  it('wait', async () => {
    expect(await run('wait', 'lb-1', '--config', planted)).toEqual(ok(expect.stringMatching(/^name +lb-1\n/)))
    const late = await run('wait', 'lb-1', 'suspended', '--config', planted, '--timeout', '300ms')
    expect(late).toMatchObject({ exitCode: 4, stdout: '' })
  })

  it('suspend', async () => {
    expect(await run('suspend', 'lb-1', '--wait', '--config', planted)).toEqual(ok(''))
  })

  it('resume', async () => {
    expect(await run('resume', 'lb-1', '--wait', '--config', suspended)).toEqual(ok(''))
    expect(await run('resume', 'lb-1', '--config', planted)).toMatchObject({ exitCode: 6, stdout: '' })
  })

  it('delete', async () => {
    expect(await run('delete', 'lb-1', '--wait', '--config', planted)).toEqual(ok(''))
    expect(await run('delete', 'lab/00000000-0000-0000-0000-000000000000')).toEqual(ok(''))
  })

  it('watch, until Ctrl-C', async () => {
    const watching = binary(['watch', '--config', planted, '--json'], home.path)
    await printed(watching, 'lb-1')
    watching.kill('SIGINT')
    const { exitCode, stderr } = await watching
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' })
  })

  it('completion', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      expect(await run('completion', shell)).toEqual(ok(expect.stringContaining('amphora __complete')))
    }
  })
})

describe('Ctrl-C', () => {
  it('of a build without a name deletes what was made, and says so', async () => {
    const building = binary(['build', '--config', hanging, '-vv'], home.path)
    await printed(building, BEGUN, 'stderr')
    building.kill('SIGINT')
    const { exitCode, stderr } = await outcome(building)
    expect(exitCode).toBe(130)
    expect(stderr.replaceAll(/\n\s+/g, ' ')).toMatch(
      /error: Interrupted\..*left: {2}lab\/\S+ was made all the same, and has been deleted/s,
    )
  })

  it('of a build under a name says how it is repeated', async () => {
    const building = binary(['build', '--config', hanging, '--name', 'lb-1'], home.path)
    await printed(building, BEGUN, 'stderr')
    building.kill('SIGINT')
    const { exitCode, stdout, stderr } = await outcome(building)
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
    expect(stderr).toContain('left:  An amphora named lb-1 may exist')
    expect(stderr.replaceAll(/ \\\n\s+/g, ' ')).toContain(`amphora build --config ${hanging} --name lb-1\n`)
  })

  it('a second time waits for nothing', async () => {
    const config = home.write(
      'stuck.yaml',
      plantedConfig({
        faults: [
          { verb: 'build', kind: 'hang' },
          { verb: 'find', kind: 'hang' },
        ],
        announce: true,
      }),
    )
    const building = binary(['build', '--config', config], home.path)
    await printed(building, BEGUN, 'stderr')
    building.kill('SIGINT')
    // Cleaning up takes 5 s here, so that without the second one it would say what is left.
    await sleep(200)
    building.kill('SIGINT')
    const { exitCode, stderr } = await outcome(building)
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: BEGUN })
  })

  it('is taken from kill as well, with 143', async () => {
    const watching = binary(['watch', '--config', planted], home.path)
    await printed(watching, 'lb-1')
    watching.kill('SIGTERM')
    expect((await watching).exitCode).toBe(143)
  })
})

describe('a reader that goes away', () => {
  it('ends a watch with 141, in silence', async () => {
    const config = home.write('stirred.yaml', plantedConfig({ plants: ['lb-1'], stirMs: 100 }))
    const watching = binary(['watch', '--config', config], home.path)
    await printed(watching, 'lb-1')
    watching.stdout?.destroy()
    const { exitCode, stderr } = await watching
    expect({ exitCode, stderr }).toEqual({ exitCode: 141, stderr: '' })
  })
})

describe('what a process prints', () => {
  it('is data alone on stdout, and no control sequence in a pipe', async () => {
    const env = { FORCE_COLOR: '1', TERM: 'xterm-256color' }
    for (const argv of [['build', '--wait', '-vv'], ['check'], ['drivers'], ['list', '--config', planted], ['lst']]) {
      const { stdout, stderr } = await outcome(binary(argv, home.path, { env }))
      expect(`${stdout}${stderr}`).not.toContain('\u001B')
    }
    expect((await run('build', '-vv')).stdout).toMatch(ID)
  })

  it('fits 80 columns, help and failures alike', async () => {
    for (const argv of [
      ['--help'],
      ['build', '--help'],
      ['get', 'lb-9'],
      ['lst'],
      ['build', '--file', 'etc/x=nowhere'],
    ]) {
      const { stdout, stderr } = await run(...argv)
      const text = `${stdout}${stderr}`
      expect(text.length).toBeGreaterThan(50)
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    }
  })

  it('holds no secret, with all logs and stacks', async () => {
    const secrets = [randomUUID(), randomUUID(), randomUUID()]
    const [option = '', userData = '', file = ''] = secrets
    const config = home.write(
      'secret.yaml',
      plantedConfig({ token: '${SECRET}', faults: [{ verb: 'build', kind: 'garbage' }] }),
    )
    home.write('secret-file', file)
    const argv = [
      'build',
      '--config',
      config,
      '--file',
      '/etc/x=secret-file',
      '--user-data',
      '-',
      '-vv',
      '--stack',
      '--timeout',
      '2s',
    ]
    for (const json of [[], ['--json']]) {
      const options = { env: { SECRET: option }, input: userData }
      const { exitCode, stdout, stderr } = await outcome(binary([...argv, ...json], home.path, options))
      expect(exitCode).toBe(1)
      expect(stderr).toContain('AmphoraBuildError')
      for (const secret of secrets) expect(`${stdout}${stderr}`).not.toContain(secret)
    }
  })

  it('names a variable that is missing', async () => {
    const config = home.write('missing.yaml', plantedConfig({ token: '${AMPHORA_TOKEN}' }))
    const { exitCode, stderr } = await run('list', '--config', config)
    expect(exitCode).toBe(2)
    expect(stderr.replaceAll(/\n\s+/g, ' ')).toContain(
      'options.token needs the environment variable AMPHORA_TOKEN, which is not set',
    )
  })
})
