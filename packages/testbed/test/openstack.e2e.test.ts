import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openstackMissing, openstackStatus, type OpenStackTestbed, openstackUp } from '../src/index.ts'
import { bootServer, type Compute, openCompute } from './server.ts'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const mayStop = process.env['AMPHORA_TESTBED_MAY_STOP'] === '1'
const missing = await openstackMissing()
if (missing !== undefined) console.warn(`skipped: ${missing}`)

describe.skipIf(missing !== undefined)('OpenStack', () => {
  let testbed: OpenStackTestbed
  let nova: Compute

  beforeAll(async () => {
    testbed = await openstackUp()
    nova = await openCompute(testbed)
  })
  afterEach(() => nova.clear())

  describe('up and status', () => {
    it('does nothing the second time, and says so', async () => {
      const { stdout, exitCode } = await execa('node', [cli, 'openstack', 'up'])
      expect(exitCode).toBe(0)
      expect(stdout.split('\n')[0]).toBe('nothing to do')
    })

    it('shows every service with its address and pid', async () => {
      const { services } = await openstackStatus()
      const { stdout, exitCode } = await execa('node', [cli, 'openstack', 'status'])
      expect(exitCode).toBe(0)
      expect(services.length).toBeGreaterThanOrEqual(8)
      for (const { name, address, ownPid } of services) {
        expect(stdout).toContain(`${name} answers at ${address}, pid ${ownPid}`)
      }
    })

    describe('with another home', () => {
      const home = mkdtempSync(join(tmpdir(), 'amphora-'))
      const options = { env: { AMPHORA_TESTBED_HOME: home }, reject: false } as const
      afterAll(() => rmSync(home, { recursive: true }))

      it('refuses to start on ports that are taken, and names who has taken them', async () => {
        const keystone = (await openstackStatus()).services.find(({ name }) => name === 'keystone')
        const { stdout, stderr, exitCode } = await execa('node', [cli, 'openstack', 'up'], options)
        expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
        expect(stderr).toMatch(/^error: [^\n]+$/)
        expect(stderr).toContain(
          `cannot start keystone: it listens on port 5000, which process ${keystone?.ownPid} (uwsgi) has taken`,
        )
      })

      it('shows what it did not start, and ends with 3', async () => {
        const { stdout, exitCode } = await execa('node', [cli, 'openstack', 'status'], options)
        expect(exitCode).toBe(3)
        expect(stdout).toContain(`glance answers at http://127.0.0.1:9292, not started by the testbed`)
      })

      it('stops nothing that it did not start', async () => {
        const before = await openstackStatus()
        const { stdout } = await execa('node', [cli, 'openstack', 'down'], options)
        expect(stdout).toBe(`nothing to do: the testbed runs no OpenStack in ${home}/openstack`)
        expect(await openstackStatus()).toEqual(before)
      })
    })
  })

  describe('demo', () => {
    it('sees the resources under the ids that the testbed gives', async () => {
      const list = async (...what: readonly string[]) => {
        const found = await testbed.openstack([...what, 'list', '-f', 'json'])
        return v.parse(v.array(v.object({ ID: v.string(), Name: v.string() })), found.json())
      }
      const { ids } = testbed
      const [flavors, images, networks] = await Promise.all([list('flavor'), list('image'), list('network')])
      expect(Object.fromEntries(flavors.map((one) => [one.Name, one.ID]))).toMatchObject(ids.flavors)
      expect(Object.fromEntries(networks.map((one) => [one.Name, one.ID]))).toMatchObject(ids.networks)
      expect(Object.fromEntries(images.map((one) => [one.Name, one.ID]))).toMatchObject(ids.images)
      const twins = images.filter((one) => one.Name === 'twin').map((one) => one.ID)
      expect([...twins].sort()).toEqual([...ids.twins].sort())
    })

    it('finds the younger of two images by their tag', async () => {
      const found = await testbed.openstack(
        ['image', 'list', '--tag', 'amphora', '--sort', 'created_at:desc', '-f', 'json'],
        'admin',
      )
      const names = v.parse(v.array(v.object({ Name: v.string() })), found.json()).map((one) => one.Name)
      expect(names).toEqual(['tiny-2', 'tiny'])
    })

    it('gets its server on a host of the zone that it asks for', async () => {
      const server = await nova.create('zone-small', { availability_zone: 'small' })
      expect(await nova.settled(server)).toMatchObject({ status: 'ACTIVE', zone: 'small' })
      await nova.remove(server)
      expect(await nova.gone(server)).toBe(true)
    })

    it('gets a fault where every build is aborted', async () => {
      const server = await nova.create('abort', { availability_zone: 'abort' })
      const settled = await nova.settled(server)
      expect(settled.status).toBe('ERROR')
      expect(settled.fault).toMatch(/aborted: FakeBuildAbortDriver/)
    })

    it('may have an application credential', async () => {
      const name = `e2e-${process.pid}`
      const found = await testbed.openstack(['application', 'credential', 'create', name, '-f', 'json'])
      const made = v.parse(v.object({ id: v.string(), secret: v.string() }), found.json())
      const identity = { methods: ['application_credential'], application_credential: made }
      const response = await fetch(`${testbed.authUrl}/auth/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ auth: { identity } }),
      })
      await testbed.openstack(['application', 'credential', 'delete', made.id])
      expect(response.status).toBe(201)
    })

    it('meets its quota, and has it back', async () => {
      await testbed.quota({ instances: 0 })
      const refused = await nova.attempt('over-quota')
      await testbed.quota(undefined)
      expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('Quota exceeded for instances') })
      const server = await nova.create('within-quota')
      expect((await nova.settled(server)).status).toBe('ACTIVE')
    })
  })

  describe('a token', () => {
    it('is good until it expires', async () => {
      const token = await testbed.token(5)
      expect(await nova.statusWith(token)).toBe(200)
      await sleep(5500)
      expect(await nova.statusWith(token)).toBe(401)
    })

    it('that has expired is good for nothing', async () => {
      expect(await nova.statusWith(await testbed.token(-60))).toBe(401)
    })
  })

  describe('a bare metal node', () => {
    const node = 'spare-2'
    afterEach(() => testbed.ironicNode(node, { fail: '', delay: 0, lie: false, maintenance: false }))

    it('fails where it is told to, and works again', async () => {
      await testbed.ironicNode(node, { fail: 'deploy' })
      await testbed.openstack(['baremetal', 'node', 'deploy', node], 'admin')
      expect(await stateOf(node, 'deploy failed')).toBe('deploy failed')
      await testbed.ironicNode(node, { fail: '' })
      await testbed.openstack(['baremetal', 'node', 'undeploy', node], 'admin')
      expect(await stateOf(node, 'available')).toBe('available')
    })

    it('is put into maintenance', async () => {
      await testbed.ironicNode(node, { maintenance: true })
      expect(await shown(node)).toMatchObject({ maintenance: true })
    })

    async function stateOf(name: string, wanted: string): Promise<string> {
      const end = Date.now() + 30_000
      let state = ''
      while (state !== wanted && Date.now() < end) state = (await shown(name)).provision_state
      return state
    }

    async function shown(name: string): Promise<{ readonly maintenance: boolean; readonly provision_state: string }> {
      const found = await testbed.openstack(['baremetal', 'node', 'show', name, '-f', 'json'], 'admin')
      return v.parse(v.object({ maintenance: v.boolean(), provision_state: v.string() }), found.json())
    }
  })

  it('says which command of the client failed, and why', async () => {
    await expect(testbed.openstack(['server', 'show', 'no-such-server'])).rejects.toThrow(
      /^openstack server show no-such-server failed: No server with a name or ID of 'no-such-server' exists\.$/i,
    )
  })

  describe.skipIf(!mayStop)('a service that dies (AMPHORA_TESTBED_MAY_STOP=1)', () => {
    afterEach(() => openstackUp())

    it('is gone at once, and answers when it was started again', async () => {
      await testbed.kill('nova')
      await expect(nova.statusWith(await testbed.token(60))).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
      await expect(testbed.kill('nova')).rejects.toThrow('cannot kill nova')
      await testbed.start('nova')
      expect(await nova.statusWith(await testbed.token(60))).toBe(200)
    })

    it('takes no server along when it is only the API of Nova', async () => {
      const server = await nova.create('survivor')
      await testbed.kill('nova')
      await testbed.start('nova')
      expect((await nova.settled(server)).status).toBe('ACTIVE')
    })

    it('is started by up', async () => {
      await testbed.stop('ironic-noauth')
      const { stdout, exitCode } = await execa('node', [cli, 'openstack', 'status'], { reject: false })
      expect(exitCode).toBe(3)
      expect(stdout).toContain('ironic-noauth does not answer at http://127.0.0.1:6386')
      const up = await execa('node', [cli, 'openstack', 'up'])
      expect(up.stdout).toMatch(/^started ironic-noauth, pid \d+, log \S+\/log\/ironic-noauth\.log\n/)
    })
  })

  it('boots a guest that prints its config drive', async ({ skip }) => {
    const { services } = await openstackStatus()
    if (!services.some(({ name }) => name === 'libvirtd')) skip('up was not asked for a hypervisor')
    const console = await bootServer(testbed, nova)
    expect(console).toContain(`GUEST user_data ${Buffer.from('#!/bin/true\n').toString('base64')}\n`)
    expect(console).toMatch(/^GUEST key key1 ssh-ed25519 \S+ testbed$/m)
    expect(console).toContain(`GUEST file /etc/one.conf ${Buffer.from('one\n').toString('base64')}\n`)
    expect(console).toContain(`GUEST file /etc/two ${Buffer.from([0, 255]).toString('base64')}\n`)
  })
})
