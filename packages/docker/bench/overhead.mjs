/**
 * What this package costs over the library it stands on, and over the docker command. Everything is measured in one run,
 * in turns. Needs the built packages; the second half needs an engine with the image amphora/haproxy:test.
 */
import { execFile, fork } from 'node:child_process'
import { Agent } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { inspect, promisify } from 'node:util'
import { createCompute, silentLogger, systemClock } from '@amphora/core'
import { docker } from '@amphora/docker'
import Dockerode from 'dockerode'
import { countingProxy } from './counting-proxy.mjs'
import { rounds, table } from './rounds.mjs'

const run = promisify(execFile)
const ROUNDS = Number(process.env.ROUNDS ?? 7)
const IMAGE = 'amphora/haproxy:test'

class HidingAgent extends Agent {
  [inspect.custom]() {
    return '[Agent]'
  }
}
const hiding = () => new HidingAgent({ keepAlive: true, maxSockets: 18 })
const anyStatus = new Proxy({}, { get: () => true })

function dial(library, path) {
  return new Promise((resolve, reject) => {
    const signal = new AbortController().signal
    const options = { path, method: 'GET', isStream: true, statusCodes: anyStatus, abortSignal: signal }
    library.modem.dial(options, (error, response) => {
      if (error) return reject(error)
      const pieces = []
      response.on('data', (piece) => pieces.push(piece))
      response.on('end', () => resolve(JSON.parse(Buffer.concat(pieces).toString())))
    })
  })
}

function driverOn(socketPath) {
  const context = { owner: 'amphora', logger: silentLogger, signal: new AbortController().signal, clock: systemClock }
  return docker({ socketPath }).connect(context)
}
const call = () => ({ signal: new AbortController().signal, deadline: 0, logger: silentLogger, progress: () => {} })

async function onAnInstantEngine() {
  const child = fork(new URL('instant-engine.mjs', import.meta.url))
  const { socketPath, id, bytes } = await new Promise((resolve) => child.once('message', resolve))
  const compute = await createCompute({ drivers: { local: docker({ socketPath }) } })
  const driver = driverOn(socketPath)
  const raw = new Dockerode({ socketPath, agent: hiding() })
  const plain = new Dockerode({ socketPath })
  const path = `/containers/${id}/json`
  const contestants = [
    { name: 'dockerode, container.inspect(), hiding keep-alive agent', run: () => raw.getContainer(id).inspect() },
    { name: 'dockerode, modem.dial and JSON.parse, the same agent', run: () => dial(raw, path) },
    { name: 'dockerode, container.inspect(), its own agent', run: () => plain.getContainer(id).inspect() },
    { name: 'this driver, status', run: () => driver.status(id, call()) },
    { name: 'Compute and this driver, status', run: () => compute.status(`local/${id}`) },
  ].map((one) => ({ ...one, calls: 1000 }))
  for (const one of contestants) for (let at = 0; at < 300; at += 1) await one.run()
  console.log(`An engine that answers at once, in a process of its own; ${bytes} bytes a body; Node ${process.version}`)
  const results = await rounds(ROUNDS, contestants)
  table('status, one call after the other', results, contestants[0].name)
  table('the same, beside modem.dial', results, contestants[1].name)

  console.log('\nA burst of 1,000 status calls: the longest that the event loop stood still')
  const bursts = [
    ['Compute and this driver', () => compute.status(`local/${id}`)],
    ['this driver', () => driver.status(id, call())],
    ['dockerode, hiding keep-alive agent', () => raw.getContainer(id).inspect()],
    ['dockerode, its own agent', () => plain.getContainer(id).inspect()],
  ]
  const stalls = []
  for (const [name, status] of bursts) {
    const max = []
    const wall = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      globalThis.gc?.()
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      await new Promise((resolve) => setTimeout(resolve, 5))
      delay.reset()
      const start = performance.now()
      await Promise.all(Array.from({ length: 1000 }, status))
      wall.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 5))
      delay.disable()
      max.push(delay.max / 1e6)
    }
    const mid = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)].toFixed(1)
    stalls.push({
      '': name,
      'wall ms': mid(wall),
      'stall ms, median': mid(max),
      'stall ms, most': Math.max(...max).toFixed(1),
    })
  }
  console.table(stalls)
  await compute.close()
  await driver.close()
  child.disconnect()
}

async function onARealEngine() {
  const socketPath = '/var/run/docker.sock'
  const raw = new Dockerode({ socketPath, agent: hiding() })
  const { Version, ApiVersion } = await raw.version()
  console.log(`\nA real engine: ${Version}, API ${ApiVersion}`)
  const owner = `bench${process.pid}`
  const compute = await createCompute({ drivers: { local: docker({ socketPath }) }, owner })
  const body = (name) => ({
    name: `${owner}-${name}`,
    Image: IMAGE,
    Hostname: name,
    Labels: { 'amphora.owner': `raw${process.pid}` },
    HostConfig: {
      Init: true,
      RestartPolicy: { Name: 'no' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 512,
    },
  })
  const request = (name) => ({ name, type: 'Container', imageId: IMAGE })
  const flags = ['--init', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '512']
  const cli = (...args) => run('docker', ['--host', `unix://${socketPath}`, ...args])

  const id = await compute.build(request('status'))
  const own = id.slice('local/'.length)
  const status = [
    { name: 'dockerode', calls: 300, run: () => raw.getContainer(own).inspect() },
    { name: 'Compute and this driver', calls: 300, run: () => compute.status(id) },
    { name: 'docker command', calls: 5, run: () => cli('inspect', own) },
  ]
  for (const one of status) await one.run()
  table('status', await rounds(ROUNDS, status), 'dockerode')
  await compute.delete(id)

  const EACH = 4
  let made = []
  let round = 0
  const name = (at) => `b${round}-${at}`
  const builders = [
    {
      name: 'dockerode',
      build: async (at) => {
        const container = await raw.createContainer(body(name(at)))
        await container.start()
        made.push(container.id)
      },
      remove: async (one) => {
        const container = raw.getContainer(one)
        await container.inspect()
        await container.remove({ force: true, v: true })
      },
    },
    {
      name: 'Compute and this driver',
      build: async (at) => void made.push(await compute.build(request(name(at)))),
      remove: (one) => compute.delete(one),
    },
    {
      name: 'docker command',
      build: async (at) =>
        void made.push((await cli('run', '-d', '--name', `${owner}-${name(at)}`, ...flags, IMAGE)).stdout.trim()),
      remove: (one) => cli('rm', '-f', '-v', one),
    },
  ]
  const builds = new Map(builders.map(({ name: who }) => [who, { wall: [], cpu: [] }]))
  const deletes = new Map(builders.map(({ name: who }) => [who, { wall: [], cpu: [] }]))
  for (; round < ROUNDS; round += 1) {
    for (const { name: who, build, remove } of round % 2 === 0 ? builders : builders.toReversed()) {
      const kept = (results, measured) => {
        const { wall, cpu } = measured.get(who)
        results.get(who).wall.push(...wall)
        results.get(who).cpu.push(...cpu)
      }
      kept(builds, await rounds(1, [{ name: who, calls: EACH, run: build }]))
      const these = made
      made = []
      kept(deletes, await rounds(1, [{ name: who, calls: EACH, run: (at) => remove(these[at]) }]))
    }
  }
  table('build, no payload', builds, 'dockerode')
  table('delete of what runs', deletes, 'dockerode')
  await compute.close()
}

async function requests() {
  const proxy = await countingProxy('/var/run/docker.sock')
  const owner = `count${process.pid}`
  const compute = await createCompute({ drivers: { local: docker({ socketPath: proxy.socketPath }) }, owner })
  const raw = new Dockerode({ socketPath: proxy.socketPath, agent: hiding() })
  const cli = (...args) => run('docker', ['--host', `unix://${proxy.socketPath}`, ...args])
  const rows = []
  const counted = async (what, work) => {
    proxy.take()
    const result = await work()
    const seen = proxy.take()
    rows.push({ '': what, requests: seen.length, which: seen.join(', ') })
    return result
  }
  const request = { name: 'one', type: 'Container', imageId: IMAGE }
  const id = await counted('build', () => compute.build(request))
  await counted('status', () => compute.status(id))
  await counted('getAmphora by id', () => compute.getAmphora({ id }))
  await counted('getAmphora by name', () => compute.getAmphora({ name: 'one' }))
  await counted('suspend', () => compute.suspend(id))
  await counted('resume', () => compute.resume(id))
  await counted('delete', () => compute.delete(id))
  const whole = await counted('build with a file, a key and user data', () =>
    compute.build({ ...request, name: 'two', configDriveFiles: { '/x': 'x' }, userData: 'x' }),
  )
  await compute.delete(whole)
  const networks = [`${owner}-a`, `${owner}-b`]
  for (const Name of networks) await raw.createNetwork({ Name })
  const linked = await counted('build on two networks, the first of a binding', () =>
    compute.build({ ...request, name: 'three', networkIds: networks }),
  )
  await compute.delete(linked)
  const again = await counted('build on two networks, the next', () =>
    compute.build({ ...request, name: 'four', networkIds: networks }),
  )
  await compute.delete(again)
  for (const name of networks) await raw.getNetwork(name).remove()
  await counted('docker run -d', () => cli('run', '-d', '--name', `${owner}-cli`, IMAGE))
  await counted('docker inspect', () => cli('inspect', `${owner}-cli`))
  await counted('docker pause', () => cli('pause', `${owner}-cli`))
  await counted('docker rm -f', () => cli('rm', '-f', `${owner}-cli`))
  console.log('\nRequests at the socket')
  for (const row of rows) console.log(`${String(row.requests).padStart(3)}  ${row[''].padEnd(46)} ${row.which}`)
  await compute.close()
  raw.modem.agent.destroy()
  proxy.close()
}

await onAnInstantEngine()
await onARealEngine()
await requests()
