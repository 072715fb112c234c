import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dockerRequest, dockerStatus } from '@amphora/testbed'
import * as v from 'valibot'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { holdsControl } from './capture.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const isCi = process.env['CI'] === 'true'
const names: string[] = []
let hasEngine = false

beforeAll(async () => {
  if (!existsSync(main)) throw new Error(`${main} must be built first: run the script "build"`)
  hasEngine = (await dockerStatus()).engine !== undefined
})

describe('on a Docker Engine', () => {
  beforeEach(({ skip }) => {
    if (hasEngine) return
    if (isCi) throw new Error('CI must have a Docker Engine: run "pnpm testbed docker up" first')
    skip('no Docker Engine answers: start one with "pnpm testbed docker up"')
  })
  afterEach(async () => {
    // Whatever a failed case has left.
    for (const name of names.splice(0)) await removeAll(name)
  })

  it('shows the whole job, ends with 0 and leaves nothing', async () => {
    const name = newName()
    const { exitCode, out, err } = await ended(start(['--driver', 'docker', '--name', name]))
    expect(err).not.toContain('error:')
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^ok {3}send requests through it .* (web-1, web-2, web-1|web-2, web-1, web-2)/m)
    expect(out).toMatch(/^ok {3}get no answer while it is suspended .* silence/m)
    expect(out).toMatch(/^ok {3}get answers again /m)
    expect(out).toMatch(/^20 {2}clean up .* ok$/m)
    expect(holdsControl(out + err)).toBe(false)
    expect(await left(name)).toEqual([])
  })

  it('is chosen where nothing is said', async () => {
    const name = newName()
    const { exitCode, out } = await ended(start(['--name', name]))
    expect(out).toMatch(/^ok {3}find a backend .* Docker Engine /m)
    expect(exitCode).toBe(0)
  })

  it.each([
    ['SIGINT', 130, 'bind the drivers'],
    ['SIGINT', 130, 'make a network and two web servers'],
    ['SIGINT', 130, 'build a balancer'],
    ['SIGTERM', 143, 'wait until it is suspended'],
    ['SIGHUP', 129, 'suspend it'],
  ] as const)('leaves nothing after %s and ends with %d: after "%s"', async (signal, exitCode, step) => {
    const name = newName()
    const run = start(['--driver', 'docker', '--name', name])
    await run.hears(`ok   ${step}`)
    run.child.kill(signal)
    const { exitCode: code, out } = await ended(run)
    expect(out).toContain(`interrupted by ${signal}`)
    expect(out).toMatch(/^ok {3}clean up .* nothing is left behind$/m)
    expect(code).toBe(exitCode)
    expect(await left(name)).toEqual([])
  })

  it('takes over what a killed run left under its name, suspended as it is, and removes it', async () => {
    const name = newName()
    const killed = start(['--driver', 'docker', '--name', name])
    await killed.hears('ok   wait until it is suspended')
    killed.child.kill('SIGKILL')
    await ended(killed)
    expect(await left(name)).toHaveLength(4)
    const { exitCode, out, err } = await ended(start(['--driver', 'docker', '--name', name]))
    expect(err).not.toContain('error:')
    expect(out).toContain('an earlier run left it suspended: resumed')
    expect(exitCode).toBe(0)
    expect(await left(name)).toEqual([])
  })

  it('touches no network that somebody else made under the name', async () => {
    const name = newName()
    const body = { Name: `${name}-net` }
    expect((await dockerRequest('/networks/create', { method: 'POST', body })).status).toBe(201)
    const { exitCode, err } = await ended(start(['--driver', 'docker', '--name', name]))
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^error: step "make a network and two web servers" failed: there is a network .*--name$/m)
    expect(await left(name)).toEqual([`network ${name}-net`])
  })

  it('leaves nothing when its output is no longer read', async () => {
    const name = newName()
    const run = start(['--driver', 'docker', '--name', name])
    await run.hears('ok   bind the drivers')
    run.child.stdout.destroy()
    expect((await ended(run)).exitCode).toBe(141)
    expect(await left(name)).toEqual([])
  })
})

describe('an engine that takes requests and never answers', () => {
  it('is left at once at the second Ctrl-C', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'amphora-demo-'))
    const silent = createServer((request, response) => {
      if (request.url === '/version') response.end('{"Version":"99","ApiVersion":"9.9"}')
    })
    const socketPath = join(folder, 'engine.sock')
    await new Promise<void>((resolve) => silent.listen(socketPath, resolve))
    const asked = new Promise<void>((resolve) => {
      silent.on('request', ({ url }) => {
        if (url?.startsWith('/images/') === true) resolve()
      })
    })
    const run = start(['--driver', 'docker'], { DOCKER_HOST: `unix://${socketPath}` })
    await asked
    run.child.kill('SIGINT')
    await run.hears('once more to leave at once')
    const again = setInterval(() => run.child.kill('SIGINT'), 200)
    const { exitCode, err } = await ended(run)
    clearInterval(again)
    silent.closeAllConnections()
    silent.close()
    await rm(folder, { recursive: true })
    expect(exitCode).toBe(130)
    expect(err).toContain('left at once')
  })
})

it('shows the same job on Noop, without control sequences, and ends with 0', async () => {
  const { exitCode, out, err } = await ended(start(['--driver', 'noop']))
  expect(exitCode).toBe(0)
  expect(out).toMatch(/^17 {2}clean up .* ok$/m)
  expect(holdsControl(out + err)).toBe(false)
})

interface Run {
  readonly child: ReturnType<typeof startProcess>
  /** Resolves when this text has been written to stdout. */
  hears(text: string): Promise<void>
  readonly text: { out: string; err: string }
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = startProcess(args, env)
  const text = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk))
  const hears = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const listen = (): void => {
        if (text.out.includes(wanted)) resolve()
      }
      child.stdout.on('data', listen)
      child.on('close', () => reject(new Error(`ended without "${wanted}":\n${text.out}${text.err}`)))
      listen()
    })
  return { child, hears, text }
}

function startProcess(args: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(process.execPath, [main, ...args], {
    env: { ...process.env, FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function ended({ child, text }: Run): Promise<{ exitCode: number | null; out: string; err: string }> {
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { exitCode, ...text }
}

function newName(): string {
  const name = `e2e-${randomBytes(5).toString('hex')}`
  names.push(name)
  return name
}

const Containers = v.array(v.object({ Id: v.string(), Names: v.array(v.string()) }))
const Networks = v.array(v.object({ Name: v.string() }))

/** What the engine has of this name, asked over its socket. */
async function left(name: string): Promise<readonly string[]> {
  const filters = JSON.stringify({ name: [name] })
  const containers = await dockerRequest('/containers/json', { query: { all: '1', filters } })
  const networks = await dockerRequest('/networks', { query: { filters } })
  return [
    ...v.parse(Containers, containers.json()).map(({ Names }) => `container ${Names.join(' ')}`),
    ...v.parse(Networks, networks.json()).map(({ Name }) => `network ${Name}`),
  ]
}

async function removeAll(name: string): Promise<void> {
  const filters = JSON.stringify({ name: [name] })
  const containers = await dockerRequest('/containers/json', { query: { all: '1', filters } })
  for (const { Id } of v.parse(Containers, containers.json())) {
    await dockerRequest(`/containers/${Id}`, { method: 'DELETE', query: { force: '1' } })
  }
  await dockerRequest(`/networks/${name}-net`, { method: 'DELETE' })
}
