import {
  AmphoraBuildError,
  createCompute,
  DeleteFailed,
  InstanceNotFoundError,
  NotImplementedError,
  NotSuspendedError,
  type Compute,
  type DriverBinding,
} from '@amphora/core'
import { dockerExec, dockerRequest } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker, type capabilities, type DockerOptions } from '../../src/index.ts'
import { failure } from '../driver.ts'
import { inspectRaw, missingEngine, openSite, post, volumes, type Site } from './real-engine.ts'

const missing = await missingEngine()
type DockerCompute = Compute<{ local: DriverBinding<typeof capabilities> }>

describe.skipIf(missing !== undefined)(
  `What a real engine says no to${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    let compute: DockerCompute
    const opened: DockerCompute[] = []

    async function connect(options: DockerOptions = {}): Promise<DockerCompute> {
      const one = await createCompute({ drivers: { local: docker(options) }, owner: site.owner })
      opened.push(one)
      return one
    }
    const request = (name: string): { name: string; type: 'Container'; imageId: string } => ({
      name,
      type: 'Container',
      imageId: site.testbed.images.haproxy,
    })
    const own = (id: string): string => id.slice('local/'.length)

    beforeAll(async () => {
      site = await openSite()
      compute = await connect()
    })
    afterAll(async () => {
      for (const one of opened) await one.close()
      await site?.clear()
    })

    it('an image that is absent: not-found, nothing left, whether it may be pulled or not', async () => {
      const absent = { ...request('absent'), imageId: '127.0.0.1:1/nobody/nothing:1' }
      const never = await connect({ pull: 'never' })
      for (const [one, reason] of [
        [compute, 'docker/pull-failed'],
        [never, 'docker/no-such-image'],
      ] as const) {
        const error = await failure(one.build(absent))
        expect(error).toBeInstanceOf(AmphoraBuildError)
        expect(error).toMatchObject({ code: 'not-found', reason, outcome: 'not-created', amphoraName: 'absent' })
        expect(await one.validate(absent)).toEqual([expect.stringContaining('is not on the engine')])
      }
      expect(await site.inventory()).toEqual([])
    })

    it('an image reference of the wrong form', async () => {
      const error = await failure(compute.build({ ...request('form'), imageId: 'UPPER/Case:1' }))
      expect(error).toMatchObject({
        code: 'invalid-argument',
        reason: 'docker/image-reference',
        outcome: 'not-created',
      })
    })

    it('a network that does not exist, first or later: taken back', async () => {
      for (const networkIds of [[site.name('nowhere')], ['bridge', site.name('nowhere')]]) {
        const error = await failure(compute.build({ ...request('lost'), networkIds }))
        expect(error).toMatchObject({ code: 'not-found', reason: 'docker/no-such-network', outcome: 'not-created' })
        expect(await site.inventory()).toEqual([])
      }
    })

    it.each(['host', 'none', 'container:other'])(
      'the network "%s": refused before anything is sent',
      async (network) => {
        expect(await failure(compute.build({ ...request('mode'), networkIds: [network] }))).toMatchObject({
          code: 'invalid-argument',
          name: 'InvalidRequestError',
        })
      },
    )

    it('the network "host" by its id: in a namespace of its own all the same', async () => {
      const { Id } = (await dockerRequest('/networks/host')).json() as { Id: string }
      const id = await compute.build({ ...request('byid'), networkIds: [Id] })
      const { addresses } = await compute.getAmphora({ id })
      expect(addresses).toEqual([])
      const { stdout } = await dockerExec(own(id), ['ip', '-o', 'link'])
      expect(stdout.toString().trim().split('\n')).toHaveLength(1)
      await compute.delete(id)
    })

    it('limits that the host has not, and limits that are too small', async () => {
      const tooMuch = { ...request('limits'), flavor: { vcpus: 4096 } }
      expect(await failure(compute.build(tooMuch))).toMatchObject({
        code: 'invalid-argument',
        reason: 'docker/limits',
        outcome: 'not-created',
      })
      expect(await compute.validate(tooMuch)).toEqual([
        expect.stringMatching(/vcpus is 4096, and the engine's host has \d+/),
      ])
      expect(await failure(compute.build({ ...request('limits'), flavor: { memoryMiB: 1 } }))).toMatchObject({
        code: 'invalid-argument',
        name: 'InvalidRequestError',
      })
      expect(await site.inventory()).toEqual([])
    })

    it('a storage quota on a file system that has none', async () => {
      const quota = await connect({ storageQuota: true })
      const sized = { ...request('quota'), flavor: { storageGiB: 1 } }
      expect(await failure(compute.build(sized))).toBeInstanceOf(NotImplementedError)
      const error = await failure(quota.build(sized))
      expect(error).toMatchObject({ reason: 'docker/storage-quota', outcome: 'not-created' })
    })

    it('a file in place of a directory, and below a file: taken back, and nothing of the image is lost', async () => {
      for (const path of ['/etc', '/etc/passwd/x']) {
        const error = await failure(compute.build({ ...request('over'), configDriveFiles: { [path]: 'x' } }))
        expect(error).toMatchObject({
          code: 'invalid-argument',
          reason: 'docker/file-over-directory',
          outcome: 'not-created',
        })
        expect(await site.inventory()).toEqual([])
      }
    })

    it('a user that the image does not have: taken back', async () => {
      const error = await failure(compute.build({ ...request('user'), imageId: site.testbed.images.badUser }))
      expect(error).toMatchObject({ code: 'invalid-argument', reason: 'docker/entrypoint', outcome: 'not-created' })
      expect(await site.inventory()).toEqual([])
    })

    it('an entrypoint that the image does not have: exit code 127, in its state', async () => {
      const id = await compute.build({ ...request('entry'), imageId: site.testbed.images.badEntrypoint })
      const error = await failure(compute.waitFor(id, 'stopped', { timeoutMs: 20_000 }))
      expect(error).toMatchObject({ code: 'failed-precondition', reason: 'docker/exit-code' })
      expect(await compute.status(id)).toEqual({
        state: 'error',
        up: false,
        raw: 'exited/127',
        fault: 'exit code 127',
        reason: 'docker/exit-code',
      })
      await compute.delete(id)
    })

    it('more memory than the flavor has: out of memory, in its state', async () => {
      const imageId = await site.image('oom', site.testbed.images.busybox, ['tail', '/dev/zero'])
      const id = await compute.build({ ...request('oom'), imageId, flavor: { memoryMiB: 16 } })
      await expect.poll(async () => (await compute.status(id)).state, { timeout: 20_000 }).toBe('error')
      expect(await compute.status(id)).toMatchObject({
        raw: 'exited/137',
        fault: 'out of memory',
        reason: 'docker/out-of-memory',
      })
      const listed = []
      for await (const amphora of compute.list()) listed.push(amphora.status.fault)
      expect(listed).toEqual(['out of memory'])
      await compute.delete(id)
    })

    it.each([
      ['0', { state: 'stopped', raw: 'exited/0' }],
      ['3', { state: 'error', raw: 'exited/3', fault: 'exit code 3' }],
    ])('a process that ends with %s: in its state', async (code, status) => {
      const imageId = await site.image(`exit${code}`, site.testbed.images.busybox, ['sh', '-c', `exit ${code}`])
      const id = await compute.build({ ...request(`exit${code}`), imageId })
      await expect.poll(() => compute.status(id), { timeout: 10_000 }).toMatchObject(status)
      expect(await compute.build({ ...request(`exit${code}`), imageId })).toBe(id)
      await compute.delete(id)
    })

    it('a health check: building, then active or in error', async () => {
      const id = await compute.build({ ...request('health'), imageId: site.testbed.images.healthcheck })
      expect((await compute.status(id)).state).toBe('building')
      await expect
        .poll(() => compute.status(id), { timeout: 20_000 })
        .toMatchObject({ state: 'error', raw: 'running/unhealthy' })
      await dockerExec(own(id), ['touch', '/healthy'])
      await expect
        .poll(() => compute.status(id), { timeout: 20_000 })
        .toMatchObject({ state: 'active', raw: 'running/healthy' })
      await compute.delete(id)
    })

    it('a name that something else has, and a name that another order has', async () => {
      await post('/containers/create', { Image: site.testbed.images.busybox }, { name: `${site.owner}-taken` })
      const foreign = await failure(compute.build(request('taken')))
      expect(foreign).toMatchObject({ code: 'already-exists', reason: 'docker/foreign-name', outcome: 'not-created' })
      expect(await failure(compute.getAmphora({ name: 'taken' }))).toBeInstanceOf(InstanceNotFoundError)
      expect((await dockerRequest(`/containers/${site.owner}-taken`, { method: 'DELETE' })).status).toBe(204)

      const id = await compute.build(request('taken'))
      const other = await failure(compute.build({ ...request('taken'), userData: 'other' }))
      expect(other).toMatchObject({ code: 'already-exists', reason: 'docker/other-order', outcome: 'not-created' })
      expect((await compute.status(id)).state).toBe('active')
      await compute.delete(id)
    })

    it('suspending twice, resuming what is not suspended, and either of what does not run', async () => {
      const id = await compute.build(request('pause'))
      expect(await failure(compute.resume(id))).toBeInstanceOf(NotSuspendedError)
      await Promise.all([compute.suspend(id), compute.suspend(id)])
      await compute.suspend(id)
      expect((await compute.status(id)).state).toBe('suspended')
      await compute.resume(id)
      expect(await failure(compute.resume(id))).toBeInstanceOf(NotSuspendedError)
      await post(`/containers/${own(id)}/kill`)
      await expect.poll(async () => (await compute.status(id)).raw).toBe('exited/137')
      expect((await compute.status(id)).state).toBe('stopped')
      expect(await failure(compute.suspend(id))).toMatchObject({
        code: 'failed-precondition',
        reason: 'docker/not-running',
      })
      expect(await failure(compute.resume(id))).toBeInstanceOf(NotSuspendedError)
      await compute.delete(id)
    })

    it('attaching and detaching, each twice, with and without an address', async () => {
      const [plain, subnet] = [
        await site.network('plain'),
        await site.network('subnet', { IPAM: { Config: [{ Subnet: '10.213.2.0/29' }] } }),
      ]
      const id = await compute.build(request('attach'))
      const address = await compute.attachNetworkOrPort(id, { networkId: plain })
      expect(await compute.attachNetworkOrPort(id, { networkId: plain })).toEqual(address)
      expect((await compute.attachNetworkOrPort(id, { networkId: subnet, ipAddress: '10.213.2.5' })).ip).toBe(
        '10.213.2.5',
      )
      expect((await compute.getAmphora({ id })).addresses).toHaveLength(3)
      await compute.detachPort(id, address.portId ?? '')
      await compute.detachPort(id, address.portId ?? '')
      await compute.detachPort(id, subnet)
      expect((await compute.getAmphora({ id })).addresses).toHaveLength(1)

      const wrong = [
        [{ networkId: plain, ipAddress: '10.213.2.5' }, 'invalid-argument'],
        [{ networkId: subnet, ipAddress: '10.99.99.99' }, 'invalid-argument'],
        [{ networkId: site.name('nowhere') }, 'not-found'],
      ] as const
      for (const [target, code] of wrong) {
        expect(await failure(compute.attachNetworkOrPort(id, target))).toMatchObject({ code })
      }
      const other = await compute.build(request('attach2'))
      await compute.attachNetworkOrPort(other, { networkId: subnet, ipAddress: '10.213.2.5' })
      expect(
        await failure(compute.attachNetworkOrPort(id, { networkId: subnet, ipAddress: '10.213.2.5' })),
      ).toMatchObject({
        code: 'failed-precondition',
        reason: 'docker/address-taken',
      })
      await compute.delete(id)
      await compute.delete(other)
    })

    it('a network that has no address left: resource-exhausted, taken back', async () => {
      const tiny = await site.network('tiny', { IPAM: { Config: [{ Subnet: '10.213.3.0/30' }] } })
      const made: string[] = []
      let error: unknown
      while (error === undefined && made.length < 4) {
        error = await compute
          .build({ ...request(`tiny${made.length}`), networkIds: [tiny] }, { timeoutMs: 2_000 })
          .then(
            (id) => void made.push(id),
            (thrown: unknown) => thrown,
          )
      }
      expect(error).toMatchObject({ code: 'resource-exhausted', reason: 'docker/no-address', outcome: 'not-created' })
      expect(await site.inventory()).toHaveLength(made.length)
      for (const id of made) await compute.delete(id)
    })

    it('a read-only root: written below its volumes and nowhere else', async () => {
      const readonly = await connect({ readonlyRootfs: true, volumes: ['/etc/amphora', '/srv', '/run/haproxy'] })
      const files = { '/srv/a/b': 'in a volume', '/etc/amphora/c': 'in another' }
      const id = await readonly.build({ ...request('readonly'), configDriveFiles: files, userData: 'data' })
      const read = async (path: string): Promise<string> => (await dockerExec(own(id), ['cat', path])).stdout.toString()
      expect([await read('/srv/a/b'), await read('/etc/amphora/c'), await read('/etc/amphora/user-data')]).toEqual([
        'in a volume',
        'in another',
        'data',
      ])
      expect((await dockerExec(own(id), ['sh', '-c', 'echo > /etc/x'])).exitCode).not.toBe(0)
      expect(
        await failure(readonly.build({ ...request('outside'), configDriveFiles: { '/opt/x': '' } })),
      ).toBeInstanceOf(NotImplementedError)
      const before = await volumes()
      await readonly.delete(id)
      expect(await volumes()).toBe(before - 3)
    })

    it('a path of 255 bytes, and a name of 128 characters', async () => {
      const path = `/${'d'.repeat(120)}/${'f'.repeat(133)}`
      const name = `n${'x'.repeat(127)}`
      const id = await compute.build({ ...request(name), configDriveFiles: { [path]: 'deep' } })
      expect((await dockerExec(own(id), ['cat', path])).stdout.toString()).toBe('deep')
      expect((await compute.getAmphora({ name })).id).toBe(id)
      await compute.delete(id)
    })

    it('files replace what the image has at their path', async () => {
      const id = await compute.build({ ...request('replace'), configDriveFiles: { '/etc/passwd': 'ours\n' } })
      expect((await dockerExec(own(id), ['cat', '/etc/passwd'])).stdout.toString()).toBe('ours\n')
      await compute.delete(id)
    })

    it('deleting twice, at once, what never was, and what is not ours', async () => {
      const id = await compute.build(request('delete'))
      await Promise.all([compute.delete(id), compute.delete(id), compute.delete(id)])
      await compute.waitFor(id, 'deleted')
      await compute.delete(id)
      await compute.delete(`local/${'0'.repeat(64)}`)
      const foreign = await site.container('foreign', { Image: site.testbed.images.busybox, Cmd: ['sleep', '600'] })
      await post(`/containers/${foreign}/start`)
      const error = await failure(compute.delete(`local/${foreign}`))
      expect(error).toBeInstanceOf(DeleteFailed)
      expect(error).toMatchObject({ code: 'permission-denied' })
      expect(await failure(compute.suspend(`local/${foreign}`))).toMatchObject({ code: 'permission-denied' })
      expect(await failure(compute.resume(`local/${foreign}`))).toMatchObject({ code: 'permission-denied' })
      expect(await failure(compute.getAmphora({ id: `local/${foreign}` }))).toBeInstanceOf(InstanceNotFoundError)
      expect(((await inspectRaw(foreign)) as { State?: { Status?: string } }).State?.Status).toBe('running')
    })

    it('a container that is deleted while it is built: gone, whoever was first', async () => {
      const building = compute.build(request('race')).catch((error: unknown) => error)
      let deleted = false
      while (!deleted) {
        for (const { Id } of await site.inventory()) {
          await compute.delete(`local/${Id}`)
          deleted = true
        }
      }
      await building
      const [left] = await site.inventory()
      if (left !== undefined) await compute.delete(`local/${left.Id}`)
      expect(await site.inventory()).toEqual([])
    })

    it('a page whose last container is deleted before the next is asked for', async () => {
      const paged = await connect({ pageSize: 2 })
      const made: string[] = []
      for (let at = 0; at < 5; at += 1) made.push(await paged.build(request(`page${at}`)))
      const listed: string[] = []
      for await (const { id } of paged.list()) {
        listed.push(id)
        if (listed.length === 2) await paged.delete(id)
      }
      expect([...listed].sort()).toEqual([...made].sort())
      for (const id of made) await paged.delete(id)
    })

    it('a copy of one of ours under another name is not ours', async () => {
      const id = await compute.build(request('original'))
      const repo = `amphora-e2e/${site.owner}-copy`
      expect(
        (await dockerRequest('/commit', { method: 'POST', query: { container: own(id), repo, tag: 'test' }, body: {} }))
          .status,
      ).toBe(201)
      const copy = await site.container('copy', { Image: `${repo}:test` })
      expect(await site.inventory()).toHaveLength(2)
      const listed = []
      for await (const amphora of compute.list()) listed.push(amphora.id)
      expect(listed).toEqual([id])
      expect(await failure(compute.delete(`local/${copy}`))).toMatchObject({ code: 'permission-denied' })
      await dockerRequest(`/containers/${copy}`, { method: 'DELETE' })
      await compute.delete(id)
      await dockerRequest(`/images/${repo}:test`, { method: 'DELETE', query: { force: '1' } })
    })
  },
)
