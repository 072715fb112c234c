import { afterAll, describe, expect, it } from 'vitest'
import { amphora, folder, NOOP_CONFIG, plantedConfig, type Ran, type RunOptions } from '../../test/test-host.ts'

const home = folder(NOOP_CONFIG)
afterAll(() => home.remove())
const run = (argv: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> =>
  amphora(argv, { cwd: home.path, ...options })
const inOneLine = (text: string): string => text.replaceAll(/\n\s+/g, ' ')

describe('drivers', () => {
  it('lists what is configured, and what it can do', async () => {
    const { exitCode, stdout } = await run(['drivers'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^NAME {2}DRIVER {2}BUILDS .*\nlab {3}noop {4}VM, Container, BareMetal, HWLoadBalancer .*watch\n$/,
    )
    expect(JSON.parse((await run(['drivers', '--json'])).stdout)).toEqual([
      {
        name: 'lab',
        driver: 'noop',
        package: '@amphora/noop',
        apiVersion: 1,
        capabilities: expect.objectContaining({ suspend: 'memory' }),
      },
    ])
  })

  it('fails where one cannot be bound, and names the line', async () => {
    const config = home.write('broken.yaml', "drivers:\n  a: { package: '@amphora/noop', options: { buildMs: -1 } }\n")
    const { exitCode, stderr } = await run(['drivers', '--config', config])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^error: The configuration \S+ cannot be used\n {2}- line 2: drivers\.a\.options\.buildMs/)
  })
})

describe('check', () => {
  it('reports versions and what each driver can do', async () => {
    const { exitCode, stdout } = await run(['check'])
    expect(exitCode).toBe(0)
    expect(inOneLine(stdout)).toMatch(
      /config .*amphora \d.*, core \d.*, Node \d.*lab {2}ok {2}noop from @amphora\/noop version {2}noop\/1/s,
    )
  })

  it('tells each problem with what to do, and looks at the other bindings all the same', async () => {
    const sick = plantedConfig({ faults: [{ verb: 'check', kind: 'status', status: 401 }] })
    const config = home.write(
      'sick.yaml',
      `${sick}  well: { package: '@amphora/noop' }\n  absent: { package: not-installed-anywhere }\n`,
    )
    const { exitCode, stdout } = await run(['check', '--config', config])
    expect(exitCode).toBe(5)
    expect(inOneLine(stdout)).toMatch(/lab {2}not ok.* problem .*\(unauthenticated\) do .*credentials.* line \d of/s)
    expect(inOneLine(stdout)).toMatch(/well {2}ok/)
    expect(inOneLine(stdout)).toMatch(/absent {2}not ok {2}not-installed-anywhere problem .*not installed.* do /s)

    const { drivers }: { drivers: object[] } = JSON.parse((await run(['check', '--config', config, '--json'])).stdout)
    expect(drivers).toEqual([
      expect.objectContaining({
        name: 'lab',
        ok: false,
        exitCode: 5,
        problems: [expect.objectContaining({ code: 'unauthenticated', hint: expect.any(String) })],
      }),
      expect.objectContaining({ name: 'well', ok: true, version: 'noop/1' }),
      expect.objectContaining({ name: 'absent', ok: false, exitCode: 2 }),
    ])
  })

  it.each([
    [403, 5, 'give it the right'],
    [404, 3, 'does not have what was asked for'],
    [412, 6, 'does not fit'],
    [503, 4, 'start the backend'],
    [500, 1, 'Look at the log'],
    [429, 4, 'no more requests'],
  ])('has a hint for HTTP %i, and ends with %i', async (status, code, hint) => {
    const config = home.write('sick.yaml', plantedConfig({ faults: [{ verb: 'check', kind: 'status', status }] }))
    const { exitCode, stdout } = await run(['check', '--config', config])
    expect(exitCode).toBe(code)
    expect(inOneLine(stdout)).toContain(hint)
  })

  it('warns', async () => {
    const config = home.write('full.yaml', plantedConfig({ laws: { capacity: 0 } }))
    const { exitCode, stdout } = await run(['check', '--config', config])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('warning  there is no room for another instance')
  })

  it('is too late after its timeout', async () => {
    const config = home.write('hangs.yaml', plantedConfig({ faults: [{ verb: 'check', kind: 'hang' }] }))
    const { exitCode, stdout } = await run(['check', '--config', config, '--timeout', '200ms'])
    expect(exitCode).toBe(4)
    expect(stdout).toContain('did not answer in time')
  })
})

describe('validate', () => {
  it('says that a request is valid', async () => {
    expect(await run(['validate', '--name', 'lb-1'])).toEqual({ exitCode: 0, stdout: 'valid\n', stderr: '' })
    expect((await run(['validate', '--json'])).stdout).toBe('{"valid":true,"problems":[]}\n')
  })

  it('tells every problem, the backend’s too, and ends with 2', async () => {
    const config = home.write('few.yaml', plantedConfig({ laws: { images: ['a'], zones: ['z'] } }))
    const argv = ['validate', '--config', config, '--image', 'b', '--zone', 'y']
    const { exitCode, stdout, stderr } = await run(argv)
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' })
    expect(stdout).toMatch(/^- .* b\n- .* y\n$/)
    const { problems }: { problems: string[] } = JSON.parse((await run([...argv, '--json'])).stdout)
    expect(problems).toHaveLength(2)
    expect((await run(argv, { terminal: 40 })).stdout.split('\n').every((line) => line.length <= 40)).toBe(true)
  })
})

describe('list', () => {
  it('shows nothing rather than a part where a backend stops answering', async () => {
    const faults = [
      { verb: 'list', kind: 'slow', ms: 1, times: 1 },
      { verb: 'list', kind: 'status', status: 403 },
    ]
    const config = home.write(
      'down.yaml',
      plantedConfig({ plants: ['lb-1', 'lb-2'], binding: { pageSize: 1 }, faults }),
    )
    const { exitCode, stdout, stderr } = await run(['list', '--config', config])
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' })
    expect(stderr).toContain('permission-denied')
    const json = await run(['list', '--config', config, '--json'])
    expect(json.exitCode).toBe(5)
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'lb-1' })
  })

  it('fits a terminal', async () => {
    const config = home.write('plants.yaml', plantedConfig({ plants: ['a-long-name'.repeat(5)] }))
    const { stdout } = await run(['list', '--config', config, '--no-color'], { terminal: 60 })
    expect(stdout.split('\n').every((line) => line.length <= 60)).toBe(true)
    expect((await run(['list'], { terminal: 60 })).stderr).toContain('There are no amphorae.')
  })
})

describe('watch', () => {
  it('shows what there is until it is stopped, and that is no failure', async () => {
    const config = home.write('watched.yaml', plantedConfig({ plants: ['lb-1'] }))
    const stops: RunOptions['stops'] = (stop, ran) => {
      const look = setInterval(() => {
        if (!ran.stdout.includes('\n')) return
        clearInterval(look)
        stop('SIGINT')
      }, 20)
    }
    const { exitCode, stdout, stderr } = await run(['watch', '--config', config], { stops })
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' })
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}active {6}lb-1 {2}lab\/\S+\n$/)
    const json = await run(['watch', '--config', config, '--json', '--driver', 'lab'], { stops })
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'lb-1' })
  })

  it('for want of time ends with 4', async () => {
    expect((await run(['watch', '--timeout', '200ms'])).exitCode).toBe(4)
  })
})

describe('a wait', () => {
  it('that is stopped has changed nothing', async () => {
    const config = home.write('waits.yaml', plantedConfig({ plants: ['lb-1'] }))
    const stops: RunOptions['stops'] = (stop) => void setTimeout(() => stop('SIGINT'), 300)
    const { exitCode, stderr } = await run(['wait', 'lb-1', 'suspended', '--config', config], { stops })
    expect(exitCode).toBe(130)
    expect(stderr).toContain('left:  Nothing was changed.')
  })
})

describe('a change whose answer is lost', () => {
  it('says that nobody knows, and how to go on', async () => {
    const config = home.write(
      'lost.yaml',
      plantedConfig({ plants: ['lb-1'], faults: [{ verb: 'delete', kind: 'hang' }] }),
    )
    const { exitCode, stderr } = await run(['delete', 'lb-1', '--config', config, '--timeout', '300ms'])
    expect(exitCode).toBe(4)
    expect(inOneLine(stderr)).toMatch(
      /left: {2}Whether delete was accepted for lab\/\S+ is not known\..*amphora delete lb-1.*amphora status lab/s,
    )
  })

  it('does not say so where it was refused', async () => {
    const config = home.write(
      'refused.yaml',
      plantedConfig({ plants: ['lb-1'], faults: [{ verb: 'suspend', kind: 'status', status: 403 }] }),
    )
    const { exitCode, stderr } = await run(['suspend', 'lb-1', '--config', config])
    expect(exitCode).toBe(5)
    expect(stderr).not.toContain('left:')
  })

  it('that is waited for in vain was accepted', async () => {
    const config = home.write('slow.yaml', plantedConfig({ plants: ['lb-1'], laws: { suspendMs: 60_000 } }))
    const { exitCode, stderr } = await run(['suspend', 'lb-1', '--config', config, '--wait', '--timeout', '300ms'])
    expect(exitCode).toBe(4)
    expect(inOneLine(stderr)).toMatch(/left: {2}suspend was accepted for lab\/\S+\..*amphora wait lab\/\S+ suspended/s)
  })
})
