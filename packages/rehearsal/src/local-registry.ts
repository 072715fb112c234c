import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { execa } from 'execa'
import * as v from 'valibot'
import { runServer } from 'verdaccio'

/** A package registry on loopback that lives as long as this process, or until it is closed. */
export interface LocalRegistry {
  readonly url: string
  close(): Promise<void>
}

const anyone = ['$all']

/**
 * Starts a registry that has `ours` only from who publishes them here, and everything else from the registry that npm
 * is configured with.
 */
export async function startLocalRegistry(folder: string, ours: readonly string[]): Promise<LocalRegistry> {
  const local = { access: anyone, publish: anyone }
  const server: unknown = await runServer({
    storage: join(folder, 'registry'),
    // Relative paths would begin here; no file is read.
    configPath: join(folder, 'registry.yaml'),
    self_path: join(folder, 'registry.yaml'),
    uplinks: { configured: { ...(await configuredRegistry()), timeout: '60s', max_fails: 20 } },
    packages: {
      '@amphora/*': local,
      ...Object.fromEntries(ours.map((name) => [name, local])),
      '**': { access: anyone, proxy: ['configured'] },
    },
    auth: {},
    middlewares: {},
    web: { enable: false },
    log: { type: 'file', path: join(folder, 'registry.log'), level: 'warn' },
  })
  if (!isServer(server)) throw new Error('the registry could not be started: it is no HTTP server')

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/`,
    close: async (): Promise<void> => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Uplink {
  readonly url: string
  /** The authorities that the registry's certificate may be from, as PEM, where they are not the usual ones. */
  readonly ca?: string
}

async function configuredRegistry(): Promise<Uplink> {
  const { stdout } = await execa('npm', ['config', 'list', '--json'])
  const { registry, cafile } = v.parse(Configuration, JSON.parse(stdout))
  return { url: registry, ...(cafile === null ? {} : { ca: await readFile(cafile, 'utf8') }) }
}

const Configuration = v.object({ registry: v.pipe(v.string(), v.url()), cafile: v.nullable(v.string()) })

function isServer(value: unknown): value is Server {
  return typeof value === 'object' && value !== null && 'listen' in value && 'closeAllConnections' in value
}
