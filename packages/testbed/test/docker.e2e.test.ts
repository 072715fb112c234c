import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { packTar } from 'modern-tar'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type DockerTestbed, dockerExec, dockerRequest, dockerStatus, dockerUp } from '../src/index.ts'
import { create, eventually, inspect, remove, start } from './container.ts'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const mayStop = process.env['AMPHORA_TESTBED_MAY_STOP'] === '1'

const made: string[] = []
let testbed: DockerTestbed

beforeAll(async () => {
  testbed = await dockerUp()
})
afterEach(async () => {
  await Promise.all(made.splice(0).map((name) => remove(name)))
})

describe('up and status', () => {
  it('does nothing the second time, and says so', async () => {
    const { stdout, exitCode } = await execa('node', [cli, 'docker', 'up'])
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')[0]).toBe('nothing to do')
  })

  it('shows the version, who started the engine, and every image', async () => {
    const { stdout, exitCode } = await execa('node', [cli, 'docker', 'status'])
    const version = v.parse(
      v.object({ Version: v.string(), ApiVersion: v.string() }),
      (await dockerRequest('/version')).json(),
    )
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`engine ${version.Version}, API ${version.ApiVersion}, answers at ${testbed.socketPath}`)
    expect(stdout).toContain(testbed.startedByTestbed ? 'started by the testbed, pid' : 'started not by the testbed')
    for (const image of Object.values(testbed.images)) expect(stdout).toContain(`image ${image} is there`)
  })

  it('ends with 3 where no engine answers', async () => {
    const env = { DOCKER_HOST: 'unix:///tmp/amphora-no-engine.sock' }
    const { stdout, exitCode } = await execa('node', [cli, 'docker', 'status'], { env, reject: false })
    expect({ stdout, exitCode }).toEqual({ stdout: 'no engine answers at /tmp/amphora-no-engine.sock', exitCode: 3 })
  })

  it('refuses an address that is no unix socket, in one line and with 1', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2375' }
    const { stdout, stderr, exitCode } = await execa('node', [cli, 'docker', 'up'], { env, reject: false })
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
    expect(stderr).toMatch(/^error: DOCKER_HOST must be unix:\/\/[^\n]+$/)
  })

  it('tells a user who may not ask from an engine that does not answer', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can become somebody else')
    const options = { uid: 65_534, gid: 65_534, reject: false } as const
    const { stderr, exitCode } = await execa(process.execPath, [cli, 'docker', 'status'], options)
    expect({ stderr, exitCode }).toEqual({
      stderr: `error: this user may not open ${testbed.socketPath}: run this as root or as a member of its group`,
      exitCode: 1,
    })
  })

  it('starts no second daemon beside one that runs', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root could start one')
    const env = { DOCKER_HOST: 'unix:///tmp/amphora-second-engine.sock' }
    const { stderr, exitCode } = await execa('node', [cli, 'docker', 'up'], { env, reject: false })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^error: cannot start dockerd: one machine runs one daemon, and dockerd runs already/)
  })
})

describe('an engine that the testbed did not start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'amphora-'))
  const socketPath = join(folder, 'engine.sock')
  const stranger = createServer((request, response) => {
    request.resume()
    response.end(request.url === '/version' ? '{"Version":"99","ApiVersion":"9.9"}' : '{"Config":{}}')
  })
  beforeAll(() => new Promise<void>((resolve) => stranger.listen(socketPath, resolve)))
  afterAll(async () => {
    await new Promise((resolve) => stranger.close(resolve))
    rmSync(folder, { recursive: true })
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('is left alone by down', async () => {
    const { stdout, exitCode } = await execa('node', [cli, 'docker', 'down'], {
      env: { DOCKER_HOST: `unix://${socketPath}` },
    })
    expect(exitCode).toBe(0)
    expect(stdout).toBe(`left alone: the testbed did not start the engine at ${socketPath}`)
  })

  it('is neither killed nor restarted', async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${socketPath}`)
    const other = await dockerUp()
    expect([other.socketPath, other.startedByTestbed]).toEqual([socketPath, false])
    await expect(other.kill()).rejects.toThrow(`refuses to kill the engine at ${socketPath}`)
    await expect(other.restart()).rejects.toThrow(`refuses to restart the engine at ${socketPath}`)
    expect((await dockerStatus()).engine).toEqual({ version: '99', apiVersion: '9.9' })
  })
})

describe('the images', () => {
  it('serve as HAProxy without capabilities but the binding of ports', async () => {
    const name = await running(testbed.images.haproxy)
    expect(await page(name)).toBe('amphora')
  })

  it('run HAProxy on a configuration that was put over its own, readable by root alone', async () => {
    const name = newName()
    await create(name, testbed.images.haproxy)
    await putConfiguration(name, 'replaced')
    expect(await start(name)).toBe(204)
    expect(await page(name)).toBe('replaced')
  })

  it('reload HAProxy on SIGUSR2, in the same container', async () => {
    const name = await running(testbed.images.haproxy)
    expect(await page(name)).toBe('amphora')
    await putConfiguration(name, 'reloaded')
    const killed = await dockerRequest(`/containers/${name}/kill`, { method: 'POST', query: { signal: 'SIGUSR2' } })
    expect(killed.status).toBe(204)
    await eventually('the new page', async () => (await page(name)) === 'reloaded' || undefined)
    expect((await inspect(name)).State.Status).toBe('running')
  })

  it('end HAProxy within its grace period', async () => {
    const name = await running(testbed.images.haproxy)
    await page(name)
    await dockerRequest(`/containers/${name}/stop`, { method: 'POST', query: { t: '10' } })
    // 137 would be SIGKILL at the end of the grace period.
    expect((await inspect(name)).State).toMatchObject({ Status: 'exited', ExitCode: 0 })
  })

  it('have the applets that tests call', async () => {
    const applets = ['sh', 'cat', 'ls', 'kill', 'sleep', 'ip', 'wget', 'ps', 'nc', 'httpd', 'test', 'touch', 'id']
    for (const image of [testbed.images.haproxy, testbed.images.busybox]) {
      const name = await running(image, image === testbed.images.busybox ? ['sleep', '100'] : undefined)
      const found = await dockerExec(name, ['which', ...applets])
      expect(found.stdout.toString().trim().split('\n')).toEqual(applets.map((applet) => `/bin/${applet}`))
    }
  })

  it('end with 127 for an entrypoint that does not exist, because their init has started', async () => {
    const name = await running(testbed.images.badEntrypoint)
    const ended = await eventually('its end', async () => {
      const { State: state } = await inspect(name)
      return state.Status === 'exited' ? state : undefined
    })
    expect(ended.ExitCode).toBe(127)
  })

  it('refuse to start for a user that does not exist', async () => {
    const name = newName()
    expect(await create(name, testbed.images.badUser)).toBe(201)
    expect(await start(name)).toBe(500)
    expect((await inspect(name)).State.Status).toBe('created')
  })

  it('become unhealthy without /healthy and healthy with it', async () => {
    const name = await running(testbed.images.healthcheck)
    expect((await inspect(name)).State.Health?.Status).toBe('starting')
    const becomes = (status: string): Promise<true> =>
      eventually(status, async () => (await inspect(name)).State.Health?.Status === status || undefined)
    await becomes('unhealthy')
    expect((await dockerExec(name, ['touch', '/healthy'])).exitCode).toBe(0)
    await becomes('healthy')
  })
})

describe('exec', () => {
  it('tells the two streams and the exit code apart', async () => {
    const name = await running(testbed.images.busybox, ['sleep', '100'])
    const { exitCode, stdout, stderr } = await dockerExec(name, ['sh', '-c', 'printf out; printf err >&2; exit 7'])
    expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([7, 'out', 'err'])
  })
})

// Others may be using the engine of this machine, so it is stopped only where it is known to be ours alone.
describe.skipIf(!mayStop)(
  'stopping the engine (only where AMPHORA_TESTBED_MAY_STOP is 1: others may be using it)',
  () => {
    afterAll(async () => {
      await dockerUp()
    })

    it('ends with down and comes back with up, once for any number of them', async ({ skip }) => {
      if (!testbed.startedByTestbed) skip('the testbed did not start this engine')
      const stopped = await execa('node', [cli, 'docker', 'down'])
      expect(stopped.stdout).toMatch(/^stopped dockerd, pid \d+$/)
      expect((await dockerStatus()).engine).toBeUndefined()
      expect((await execa('node', [cli, 'docker', 'down'])).stdout).toMatch(/^nothing to do: no engine answers/)
      // Both find no engine: one starts it, the other waits its turn and finds it running.
      const ups = await Promise.all([0, 1].map(() => execa('node', [cli, 'docker', 'up'])))
      expect(ups.filter(({ stdout }) => stdout.includes('started dockerd'))).toHaveLength(1)
      testbed = await dockerUp()
      expect(testbed.startedByTestbed).toBe(true)
    })

    it('restarts a killed engine, whose containers can be started again', async ({ skip }) => {
      if (!testbed.startedByTestbed) skip('the testbed did not start this engine')
      const ran = await running(testbed.images.haproxy)
      const cutOff = Array.from({ length: 8 }, () => newName())
      const builds = Promise.allSettled(
        cutOff.map(async (name) => {
          await create(name, testbed.images.busybox, ['sleep', '100'])
          await start(name)
        }),
      )
      await eventually('the first of them to run', async () => {
        // The list, because the inspection of a container waits for the end of its start.
        const list = v.parse(
          v.array(v.object({ Names: v.array(v.string()) })),
          (await dockerRequest('/containers/json')).json(),
        )
        return list.some(({ Names }) => cutOff.some((name) => Names.includes(`/${name}`))) || undefined
      })
      await testbed.kill()
      expect((await builds).some(({ status }) => status === 'rejected')).toBe(true)
      await expect(dockerRequest('/_ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await testbed.restart()
      expect((await inspect(ran)).State).toMatchObject({ Status: 'exited', ExitCode: 255 })
      for (const name of [ran, ...cutOff]) expect([204, 304, 404]).toContain(await start(name))
      expect(await page(ran)).toBe('amphora')
    })

    it('starts a killed engine from another process', async ({ skip }) => {
      if (!testbed.startedByTestbed) skip('the testbed did not start this engine')
      await testbed.kill()
      const { stdout } = await execa('node', [cli, 'docker', 'up'])
      expect(stdout).toMatch(/removed the stale pid file \/var\/run\/docker.pid[^]*started dockerd/)
      testbed = await dockerUp()
    })

    it('keeps the shims of a killed engine when asked', async ({ skip }) => {
      if (!testbed.startedByTestbed) skip('the testbed did not start this engine')
      const ran = await running(testbed.images.busybox, ['sleep', '100'])
      await testbed.kill()
      await testbed.restart({ shims: 'keep' })
      expect((await inspect(ran)).State).toMatchObject({ Status: 'exited', ExitCode: 143 })
    })
  },
)

function newName(): string {
  const name = `testbed-${randomBytes(6).toString('hex')}`
  made.push(name)
  return name
}

async function running(image: string, command?: readonly string[]): Promise<string> {
  const name = newName()
  expect(await create(name, image, command)).toBe(201)
  expect(await start(name)).toBe(204)
  return name
}

/** Puts a configuration whose page is this text, as root's own file of mode 0600. */
async function putConfiguration(name: string, text: string): Promise<void> {
  const configuration = `defaults
  mode http
  timeout client 5s
  timeout connect 5s
  timeout server 5s
frontend f
  bind :80
  http-request return status 200 content-type text/plain string "${text}"
`
  const header = { name: 'etc/haproxy/haproxy.cfg', size: configuration.length, mode: 0o600, uid: 0, gid: 0 }
  const body = await packTar([{ header, body: configuration }])
  const put = await dockerRequest(`/containers/${name}/archive`, { method: 'PUT', query: { path: '/' }, body })
  expect(put.status).toBe(200)
}

/** What the container answers on port 80, once it does. */
async function page(name: string): Promise<string> {
  const address = (await inspect(name)).NetworkSettings.IPAddress
  return eventually(`port 80 of ${name}`, async () => {
    const response = await fetch(`http://${address}/`).catch(() => undefined)
    return response?.text()
  })
}
