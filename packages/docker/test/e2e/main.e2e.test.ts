import { get } from 'node:http'
import { createCompute, type Compute } from '@amphora/core'
import { dockerExec, dockerRequest } from '@amphora/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker, type capabilities } from '../../src/index.ts'
import type { DriverBinding } from '@amphora/core'
import { inNewProcess } from './child.ts'
import { inspectRaw, missingEngine, openSite, post, volumes, type Site } from './real-engine.ts'

const missing = await missingEngine()

/** One HTTP request on a connection of its own; what it answers, or why it did not. */
function ask(ip: string, timeoutMs = 5_000): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host: ip, port: 80, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let text = ''
      response.on('data', (piece: Buffer) => (text += piece.toString()))
      response.on('end', () => resolve(text.trim()))
    })
    request.on('error', (error) => resolve(error.name))
  })
}

describe.skipIf(missing !== undefined)(
  `HAProxy in a container${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let site: Site
    let compute: Compute<{ local: DriverBinding<typeof capabilities> }>
    let front: string
    let back: string
    let id: string
    let entrance: string
    let volumesBefore: number

    beforeAll(async () => {
      site = await openSite()
      compute = await createCompute({ drivers: { local: docker({}) }, owner: site.owner })
      // In the engine's own order, which is the alphabet's, they are the other way round.
      front = await site.network('zz-front', { IPAM: { Config: [{ Subnet: '10.213.1.0/24' }] } })
      back = await site.network('aa-back')
      for (const answer of ['one', 'two']) {
        const made = await site.container(`backend-${answer}`, {
          Image: site.testbed.images.busybox,
          Cmd: ['sh', '-c', `mkdir /www && echo ${answer} > /www/index.html && exec httpd -f -p 8080 -h /www`],
          HostConfig: { Init: true, NetworkMode: back },
        })
        await post(`/containers/${made}/start`)
      }
      volumesBefore = await volumes()
    })
    afterAll(async () => {
      await compute?.close()
      await site?.clear()
    })

    function configuration(): string {
      return [
        'global',
        '  maxconn 100',
        'defaults',
        '  mode http',
        '  timeout connect 5s',
        '  timeout client 5s',
        '  timeout server 5s',
        'resolvers engine',
        '  nameserver dns 127.0.0.11:53',
        'frontend entrance',
        '  bind :80',
        '  default_backend servers',
        'backend servers',
        '  balance roundrobin',
        `  server one ${site.name('backend-one')}:8080 check inter 200 resolvers engine init-addr last,libc,none`,
        `  server two ${site.name('backend-two')}:8080 check inter 200 resolvers engine init-addr last,libc,none`,
        '',
      ].join('\n')
    }

    const request = (): Parameters<typeof compute.build>[0] => ({
      name: 'balancer',
      type: 'Container',
      imageId: site.testbed.images.haproxy,
      flavor: { vcpus: 0.5, memoryMiB: 64 },
      networkIds: [front, back],
      configDriveFiles: {
        '/etc/haproxy/haproxy.cfg': configuration(),
        '/etc/amphora/empty': '',
        '/srv/ä ö.bin': Uint8Array.of(0, 255, 10),
      },
      keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhKn1a0oqVb0L3u0X0jX0v6tR2o7m8m3a9eA1xXxXxX first'],
      userData: '#!/bin/sh\necho hello\n',
    })

    it('is built with its configuration, its limits and both networks', async () => {
      id = await compute.build(request())
      expect(id).toMatch(/^local\/[0-9a-f]{64}$/)
      const amphora = await compute.waitFor(id, 'active')
      entrance = amphora.addresses[0]?.ip ?? ''
      expect(amphora).toMatchObject({ name: 'balancer', type: 'Container', status: { up: true, raw: 'running' } })
      expect(amphora.addresses).toHaveLength(2)
      expect(entrance).toMatch(/^10\.213\.1\./)

      const own = id.slice('local/'.length)
      const { HostConfig, NetworkSettings, Config } = (await inspectRaw(own)) as unknown as {
        HostConfig: Record<string, unknown>
        NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
        Config: { Env: string[] }
      }
      expect(HostConfig).toMatchObject({
        NanoCpus: 500_000_000,
        Memory: 67_108_864,
        MemorySwap: 67_108_864,
        PidsLimit: 512,
        CapDrop: ['ALL'],
        CapAdd: null,
        SecurityOpt: ['no-new-privileges'],
        Privileged: false,
        Binds: null,
        PublishAllPorts: false,
        Init: true,
      })
      expect(amphora.addresses.map(({ ip }) => ip)).toEqual(
        [front, back].map((name) => NetworkSettings.Networks[name]?.IPAddress),
      )
      expect(Config.Env).toContain('AMPHORA_USER_DATA=/etc/amphora/user-data')
    })

    it('holds every byte that was sent, for root alone', async () => {
      const own = id.slice('local/'.length)
      const cat = async (path: string): Promise<Buffer> => (await dockerExec(own, ['cat', path])).stdout
      expect((await cat('/etc/haproxy/haproxy.cfg')).toString()).toBe(configuration())
      expect((await cat('/srv/ä ö.bin')).equals(Buffer.of(0, 255, 10))).toBe(true)
      expect((await cat('/etc/amphora/empty')).length).toBe(0)
      expect((await cat('/etc/amphora/user-data')).toString()).toBe('#!/bin/sh\necho hello\n')
      expect((await cat('/etc/amphora/authorized_keys')).toString()).toMatch(/^ssh-ed25519 AAAA.* first\n$/)
      const { stdout } = await dockerExec(own, ['ls', '-ln', '/etc/amphora/user-data'])
      expect(stdout.toString()).toMatch(/^-rw-------\s+1 0\s+0\s/)
    })

    it('takes requests to two backends in turn', async () => {
      await expect
        .poll(async () => new Set([await ask(entrance), await ask(entrance)]).size, { timeout: 20_000 })
        .toBe(2)
      const answers: string[] = []
      for (let at = 0; at < 10; at += 1) answers.push(await ask(entrance))
      expect(answers.filter((answer) => answer === 'one')).toHaveLength(5)
      expect(answers.filter((answer) => answer === 'two')).toHaveLength(5)
      expect(answers.every((answer, at) => at === 0 || answer !== answers[at - 1])).toBe(true)
    })

    it('takes none while it is suspended, and takes them again once it is resumed, under the same id and address', async () => {
      await compute.suspend(id)
      await compute.waitFor(id, 'suspended')
      expect(await ask(entrance, 500)).not.toMatch(/one|two/)
      await compute.suspend(id)
      await compute.resume(id)
      const { addresses } = await compute.waitFor(id, 'active')
      expect(addresses[0]?.ip).toBe(entrance)
      await expect.poll(() => ask(entrance), { timeout: 10_000 }).toMatch(/one|two/)
    })

    it('is found by a new process, by its name and by its id', async () => {
      const seen = await inNewProcess(
        site.owner,
        `return [await compute.getAmphora({ name: 'balancer' }), await compute.getAmphora({ id: input.id })]`,
        { id },
      )
      const here = await compute.getAmphora({ id })
      expect(seen).toEqual([here, here])
    })

    it('is the one of its name, also for a new process that builds it again', async () => {
      const sent = {
        ...request(),
        configDriveFiles: { '/etc/haproxy/haproxy.cfg': configuration(), '/etc/amphora/empty': '' },
      }
      const again = await compute.build(request())
      expect(again).toBe(id)
      const other = await inNewProcess(site.owner, `return compute.build(input)`, sent)
      expect(other).toMatchObject({ failed: expect.stringContaining('already-exists') as unknown })
      expect(await site.inventory()).toHaveLength(1)
    })

    it('is taken away with everything that was made for it', async () => {
      await compute.delete(id)
      await compute.waitFor(id, 'deleted')
      expect(await site.inventory()).toEqual([])
      expect((await dockerRequest(`/containers/${id.slice('local/'.length)}/json`)).status).toBe(404)
      expect(await volumes()).toBe(volumesBefore)
      const { Containers } = (await dockerRequest(`/networks/${front}`)).json() as { Containers: object }
      expect(Containers).toEqual({})
      await compute.delete(id)
    })

    it('built by eight processes at once is one container', async () => {
      const sent = {
        name: 'eight',
        type: 'Container',
        imageId: site.testbed.images.haproxy,
        networkIds: [front, back],
        configDriveFiles: { '/etc/haproxy/haproxy.cfg': configuration() },
      }
      const ids = await Promise.all(
        Array.from({ length: 8 }, () => inNewProcess(site.owner, 'return compute.build(input)', sent)),
      )
      expect(new Set(ids).size).toBe(1)
      expect(ids[0]).toMatch(/^local\/[0-9a-f]{64}$/)
      const found = await site.inventory()
      expect(found.map(({ Id }) => `local/${Id}`)).toEqual([ids[0]])
      const { addresses } = await compute.waitFor(String(ids[0]), 'active')
      await expect.poll(() => ask(addresses[0]?.ip ?? ''), { timeout: 20_000 }).toMatch(/one|two/)
      await compute.delete(String(ids[0]))
    })
  },
)
