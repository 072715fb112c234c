import { dockerImages } from '@amphora/testbed'
import * as v from 'valibot'
import { engineCall } from './engine-call.ts'
import { checkMark, Labels, markOf } from './mark.ts'
import { networkOf } from './network.ts'

export const SERVER_PORT = 8080

/** The two servers behind the balancer: what each answers with. */
export const SERVERS = ['web-1', 'web-2'] as const

/** What the server is called on the engine, and so in the network's DNS. */
export function serverOf(name: string, server: string): string {
  return `${name}-${server}`
}

/** Starts a web server that answers with its own name, or takes over the one that a killed run left. */
export async function startServer(name: string, server: string): Promise<void> {
  const container = serverOf(name, server)
  const script = `mkdir -p /www && echo ${server} >/www/index.html && exec httpd -f -p ${SERVER_PORT} -h /www`
  const body = {
    Image: dockerImages.busybox,
    Cmd: ['sh', '-c', script],
    Labels: markOf(name),
    HostConfig: {
      NetworkMode: networkOf(name),
      Init: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 64,
    },
  }
  const query = { name: container }
  const what = `make the web server ${container}`
  const made = await engineCall(what, [201, 409], '/containers/create', { method: 'POST', query, body })
  if (made.status === 409) await checkServer(name, container)
  // 304: it runs already.
  await engineCall(`start ${container}`, [204, 304], `/containers/${container}/start`, { method: 'POST' })
}

/** Says whether there was one. */
export async function removeServer(name: string, server: string): Promise<boolean> {
  const container = serverOf(name, server)
  const query = { force: '1', v: '1' }
  const what = `remove the web server ${container}`
  const { status } = await engineCall(what, [204, 404], `/containers/${container}`, { method: 'DELETE', query })
  return status === 204
}

async function checkServer(name: string, container: string): Promise<void> {
  const found = await engineCall(`show ${container}`, [200], `/containers/${container}/json`)
  checkMark(`a container ${container}`, name, v.parse(Shown, found.json()).Config.Labels)
}

const Shown = v.object({ Config: v.object({ Labels }) })
