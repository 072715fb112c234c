import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import type { OpenStackTestbed } from '../src/index.ts'

interface Settled {
  readonly status: string
  readonly zone: string
  readonly fault: string | undefined
}

/** Nova over plain HTTP, as demo. */
export interface Compute {
  /** What Nova answers to the creation of a server. */
  attempt(name: string, more?: object, version?: string): Promise<{ readonly status: number; readonly text: string }>
  create(name: string, more?: object, version?: string): Promise<string>
  /** The server once it is no longer being built. */
  settled(id: string): Promise<Settled>
  remove(id: string): Promise<void>
  /** Whether the server is gone within 30 seconds. */
  gone(id: string): Promise<boolean>
  consoleOf(id: string): Promise<string>
  /** The status with which a list of servers is answered under this token. */
  statusWith(token: string): Promise<number>
  /** Removes every server that was created. */
  clear(): Promise<void>
}

const Made = v.object({ server: v.object({ id: v.string() }) })
const Shown = v.object({
  server: v.object({
    status: v.string(),
    'OS-EXT-AZ:availability_zone': v.string(),
    fault: v.optional(v.object({ message: v.string() })),
  }),
})

export async function openCompute(testbed: OpenStackTestbed): Promise<Compute> {
  const token = await testbed.token(3600)
  const made: string[] = []
  const call = (path: string, method = 'GET', body?: object, version = '2.79'): Promise<Response> =>
    fetch(testbed.endpoints.nova + path, {
      method,
      headers: {
        'x-auth-token': token,
        'content-type': 'application/json',
        'openstack-api-version': `compute ${version}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const compute: Compute = {
    attempt: async (name, more = {}, version = '2.79') => {
      const { flavors, images, networks } = testbed.ids
      const server = {
        name: `testbed-${name}`,
        flavorRef: flavors['m1.tiny'],
        imageRef: images.tiny,
        networks: [{ uuid: networks.net1 }],
        ...more,
      }
      const response = await call('/servers', 'POST', { server }, version)
      return { status: response.status, text: await response.text() }
    },
    create: async (name, more, version) => {
      const { status, text } = await compute.attempt(name, more, version)
      if (status !== 202) throw new Error(`expected 202, nova answered ${status} ${text}`)
      const { id } = v.parse(Made, JSON.parse(text)).server
      made.push(id)
      return id
    },
    settled: async (id) => {
      const end = Date.now() + 90_000
      for (;;) {
        const { server } = v.parse(Shown, await (await call(`/servers/${id}`)).json())
        if (server.status !== 'BUILD' || Date.now() >= end) {
          return { status: server.status, zone: server['OS-EXT-AZ:availability_zone'], fault: server.fault?.message }
        }
        await sleep(200)
      }
    },
    remove: async (id) => {
      await (await call(`/servers/${id}`, 'DELETE')).text()
    },
    gone: async (id) => {
      const end = Date.now() + 30_000
      while (Date.now() < end) {
        if ((await call(`/servers/${id}`)).status === 404) return true
        await sleep(200)
      }
      return false
    },
    consoleOf: async (id) => {
      const answer = await call(`/servers/${id}/action`, 'POST', { 'os-getConsoleOutput': {} })
      return v.parse(v.object({ output: v.string() }), await answer.json()).output
    },
    statusWith: async (other) => {
      const response = await fetch(`${testbed.endpoints.nova}/servers`, { headers: { 'x-auth-token': other } })
      await response.text()
      return response.status
    },
    clear: async () => {
      await Promise.all(made.splice(0).map((id) => compute.remove(id)))
    },
  }
  return compute
}

/** What a guest with two files, a key and user data has printed on its console. */
export async function bootServer(testbed: OpenStackTestbed, nova: Compute): Promise<string> {
  const { root } = await testbed.guestImages()
  const base64 = (bytes: string | readonly number[]): string => Buffer.from(bytes as string).toString('base64')
  const server = await nova.create(
    'guest',
    {
      imageRef: root,
      availability_zone: 'libvirt',
      config_drive: true,
      key_name: 'key1',
      user_data: base64('#!/bin/true\n'),
      personality: [
        { path: '/etc/one.conf', contents: base64('one\n') },
        { path: '/etc/two', contents: base64([0, 255]) },
      ],
    },
    '2.56',
  )
  const { status, fault } = await nova.settled(server)
  if (status !== 'ACTIVE') throw new Error(`the guest is ${status}: ${fault}`)
  const end = Date.now() + 60_000
  for (;;) {
    const text = (await nova.consoleOf(server)).replaceAll('\r', '')
    if (text.includes('GUEST end') || Date.now() >= end) return text
    await sleep(500)
  }
}
