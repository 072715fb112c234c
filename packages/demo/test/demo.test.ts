import { createCompute } from '@amphora/core'
import { noop, World } from '@amphora/noop'
import { dockerImages } from '@amphora/testbed'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { demo } from '../src/demo.ts'
import { Interruption } from '../src/interruption.ts'
import { orderFor } from '../src/order.ts'
import { noopStage } from '../src/stage/noop.ts'
import { OWNER } from '../src/stage/stage.ts'
import { capture, holdsControl } from './capture.ts'
import { stubEngine } from './stub-engine.ts'

const QUICK = { buildMs: 20, suspendMs: 20, resumeMs: 20, deleteMs: 20 }

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('a run on Noop', () => {
  it('goes through the whole job, ends with 0 and leaves nothing', async () => {
    const { exitCode, out, world } = await run(['--driver', 'noop', '--name', 'lb'])
    expect(exitCode).toBe(0)
    expect(titles(out, 'ok')).toEqual([
      'find a backend',
      'bind the drivers',
      'build a balancer',
      'wait until it is active',
      'show it',
      'see its configuration arrive',
      'suspend it',
      'wait until it is suspended',
      'resume it',
      'wait until it is active again',
      'see a resume refused while it runs',
      'list',
      'find it by its name',
      'repeat the build',
      'delete it',
      'wait until it is deleted',
      'clean up',
    ])
    expect(out).toMatch(/^ {5}addresses {2}10\.0\.0\.2$/m)
    expect(out).toMatch(/wait until it is active .* (building, then )?active$/m)
    expect(out).toMatch(/^17 {2}clean up +\d+ ms {2}ok$/m)
    expect(world.inventory()).toEqual([])
  })

  it('writes neither colours nor anything else that only a terminal knows where there is none', async () => {
    const { out, err } = await run(['--driver', 'noop', '--verbose'])
    expect(holdsControl(out + err)).toBe(false)
    expect(err).toContain('build was accepted')
  })

  it('never tells what it was given to put into the amphora', async () => {
    const { out, err } = await run(['--driver', 'noop', '--verbose'])
    expect(out + err).not.toContain('roundrobin')
  })
})

describe('a step that fails', () => {
  it('ends with 1, is named with the reason, shows no stack, and leaves nothing', async () => {
    const world = new World(QUICK)
    world.script.on('build', { kind: 'fail-building', fault: 'the host is on fire' })
    const { exitCode, out, err } = await run(['--driver', 'noop'], { world })
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^error: step "wait until it is active" failed: .*the host is on fire/m)
    expect(err).not.toMatch(/^ +at /m)
    expect(titles(out, 'fail')).toEqual(['wait until it is active'])
    expect(titles(out, 'ok').at(-1)).toBe('clean up')
    expect(world.inventory()).toEqual([])
  })

  it('shows its stack when asked', async () => {
    const world = new World({ ...QUICK, capacity: 0 })
    const { exitCode, err } = await run(['--driver', 'noop', '--verbose'], { world })
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^error: step "build a balancer" failed: AmphoraBuildError: [^]*\n +at /m)
  })

  it('is the clean-up, where something cannot be removed', async () => {
    const world = new World(QUICK)
    const heard = (text: string): void => {
      if (text.includes('ok   list')) world.script.on('delete', { kind: 'status', status: 403 }, { times: Infinity })
    }
    const { exitCode, err } = await run(['--driver', 'noop', '--name', 'lb'], { world, heard })
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^error: step "delete it" failed: /m)
    expect(err).toMatch(
      /^error: step "clean up" failed: this is left behind: amphora lb \(.*\)\. A run with --name lb /m,
    )
  })
})

describe('an interrupted run', () => {
  it.each([
    ['SIGINT', 130, 'ok   bind the drivers'],
    ['SIGINT', 130, 'ok   build a balancer'],
    ['SIGTERM', 143, 'ok   suspend it'],
    ['SIGINT', 130, 'ok   wait until it is suspended'],
    ['SIGINT', 130, 'ok   delete it'],
  ] as const)('by %s ends with %d and leaves nothing: after "%s"', async (signal, exitCode, moment) => {
    const ended = await run(['--driver', 'noop'], { interrupt: { signal, moment } })
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.out).toContain(`interrupted by ${signal}`)
    expect(ended.out).toMatch(/^ok {3}clean up .* nothing is left behind$/m)
    expect(ended.err).not.toContain('error:')
    expect(ended.world.inventory()).toEqual([])
  })

  it('lets a build finish that is under way, and removes what it made', async () => {
    const world = new World({ ...QUICK, buildMs: 60_000 })
    world.script.on('build', { kind: 'slow', ms: 50 })
    const controller = new AbortController()
    const started = setInterval(() => {
      if (world.calls.count('build') > 0) controller.abort(new Interruption('SIGINT'))
    }, 1)
    const { exitCode, out } = await run(['--driver', 'noop'], { world, controller })
    clearInterval(started)
    expect(exitCode).toBe(130)
    expect(out).toContain('deleted the amphora')
    expect(world.inventory()).toEqual([])
  })

  it('does nothing at all where it was interrupted before it began', async () => {
    const controller = new AbortController()
    controller.abort(new Interruption('SIGINT'))
    const { exitCode, out, world } = await run(['--driver', 'noop'], { controller })
    expect(exitCode).toBe(130)
    expect(titles(out, 'ok')).toEqual(['clean up'])
    expect(world.calls.count()).toBe(0)
  })
})

describe('what an earlier run left under the name', () => {
  it.each([
    ['active', 'the same id'],
    ['suspended', 'resumed'],
    ['stopped', 'built anew'],
    ['error', 'built anew'],
  ])('is taken over where it is %s: %s', async (state, how) => {
    const world = new World(QUICK)
    await leave(world, 'lb')
    if (state !== 'active') world.force('lb', state)
    const { exitCode, out } = await run(['--driver', 'noop', '--name', 'lb'], { world })
    expect(out).toContain(`an earlier run left it ${state}: ${how}`)
    expect(exitCode).toBe(0)
    expect(world.inventory()).toEqual([])
  })

  it('is neither used nor removed where it is of another order', async () => {
    const world = new World(QUICK)
    await leave(world, 'lb', { configDriveFiles: { '/etc/haproxy/haproxy.cfg': 'other' } })
    const { exitCode, err } = await run(['--driver', 'noop', '--name', 'lb'], { world })
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^error: step "build a balancer" failed: /m)
    expect(world.snapshot().instances.map(({ name }) => name)).toEqual(['lb'])
  })
})

describe('without an engine', () => {
  it('falls back to Noop and says why', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///amphora-no-such-engine.sock')
    const { exitCode, out } = await run([])
    expect(exitCode).toBe(0)
    expect(out).toContain('no Docker: no Docker Engine answers at /amphora-no-such-engine.sock')
    expect(out).toMatch(/find a backend .* Noop/)
  })

  it('ends with 1 and says what to do where Docker was asked for', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///amphora-no-such-engine.sock')
    const { exitCode, err } = await run(['--driver', 'docker'])
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^error: step "find a backend" failed: no Docker Engine answers at .*--driver noop$/m)
  })

  it('names the rule where DOCKER_HOST is no unix socket', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:2375')
    expect((await run([])).out).toContain('no Docker: DOCKER_HOST must be unix://')
    const { exitCode, err } = await run(['--driver', 'docker'])
    expect([exitCode, err]).toEqual([1, expect.stringContaining('DOCKER_HOST must be unix://')])
  })
})

describe('an engine without the images, where they cannot be made', () => {
  it('is passed over with the reason, unless it was asked for', async () => {
    const engine = await stubEngine({ 'GET /version': [[200, { Version: '99', ApiVersion: '9.9' }]], ...NO_IMAGES })
    vi.stubEnv('DOCKER_HOST', `unix://${engine.socketPath}`)
    // Nothing is installed as far as this user can see, who may not install anything either.
    vi.stubEnv('PATH', '')
    vi.spyOn(process, 'getuid').mockReturnValue(1000)
    const [any, docker] = [await run([]), await run(['--driver', 'docker'])]
    await engine.close()
    expect([any.exitCode, docker.exitCode]).toEqual([0, 1])
    expect(any.out).toMatch(/^ {5}no Docker: cannot install busybox-static haproxy: /m)
    expect(docker.err).toMatch(/^error: step "find a backend" failed: cannot install busybox-static haproxy: /m)
    expect(engine.requests.filter((request) => !request.startsWith('GET '))).toEqual([])
  })
})

const NO_IMAGES = Object.fromEntries(
  Object.values(dockerImages).map((image) => [`GET /images/${image}/json`, [[404]]] as const),
)

interface RunOptions {
  readonly world?: World
  readonly controller?: AbortController
  readonly interrupt?: { readonly signal: NodeJS.Signals; readonly moment: string }
  readonly heard?: (text: string) => void
}

interface Ended {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  readonly world: World
}

async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { world = new World(QUICK), controller = new AbortController(), interrupt, heard } = options
  const stdout = capture({
    heard: (text) => {
      heard?.(text)
      if (interrupt !== undefined && text.includes(interrupt.moment)) {
        controller.abort(new Interruption(interrupt.signal))
      }
    },
  })
  const stderr = capture()
  const exitCode = await demo(args, { stdout, stderr, signal: controller.signal, world })
  return { exitCode, out: stdout.text, err: stderr.text, world }
}

/** Builds as a run does that is killed afterwards. */
async function leave(world: World, name: string, other: object = {}): Promise<void> {
  const stage = noopStage(world)
  const compute = await createCompute({ drivers: { local: noop({ world }) }, owner: OWNER })
  const id = await compute.build({ ...orderFor(stage, name), ...other, driver: 'local' })
  await compute.waitFor(id, 'active')
  await compute.close()
}

function titles(out: string, mark: 'ok' | 'fail'): readonly string[] {
  return [...out.matchAll(new RegExp(`^${mark.padEnd(4)} (\\S.*?) {2,}`, 'gm'))].map((match) => match[1] ?? '')
}
