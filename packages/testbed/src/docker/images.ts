import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { TestbedError } from '../testbed-error.ts'
import { ensurePackages } from '../packages.ts'
import { dockerRequest } from './request.ts'
import { busyboxRootfs, haproxyConfiguration, haproxyRootfs } from './rootfs.ts'

/** The test images by what they are for. No registry has them: the testbed makes them on the engine. */
export const dockerImages = {
  /** busybox with every applet (sh cat ls sleep ip wget nc httpd ...); runs `/bin/sh`. */
  busybox: 'amphora/busybox:test',
  /** HAProxy as the main process, answering `amphora` on port 80, and busybox's applets. */
  haproxy: 'amphora/haproxy:test',
  /** Its entrypoint does not exist: `start` answers 400, but with `HostConfig.Init` 204 and then exits with 127. */
  badEntrypoint: 'amphora/bad-entrypoint:test',
  /** Its user does not exist: `create` works and `start` answers 500, whatever `HostConfig.Init` is. */
  badUser: 'amphora/bad-user:test',
  /** Sleeps; healthy within about a second once `/healthy` exists, unhealthy after two failed probes without it. */
  healthcheck: 'amphora/healthcheck:test',
} as const

export type DockerImages = typeof dockerImages

interface Recipe {
  readonly image: string
  readonly rootfs: 'busybox' | 'haproxy'
  /** Dockerfile instructions applied to the image. */
  readonly changes: readonly string[]
}

const recipes = {
  busybox: { image: dockerImages.busybox, rootfs: 'busybox', changes: ['CMD ["/bin/sh"]'] },
  haproxy: {
    image: dockerImages.haproxy,
    rootfs: 'haproxy',
    changes: ['EXPOSE 80', 'ENTRYPOINT ["/usr/sbin/haproxy","-W","-db","-f","/etc/haproxy/haproxy.cfg"]'],
  },
  badEntrypoint: {
    image: dockerImages.badEntrypoint,
    rootfs: 'busybox',
    changes: ['ENTRYPOINT ["/no/such/entrypoint"]'],
  },
  badUser: { image: dockerImages.badUser, rootfs: 'busybox', changes: ['CMD ["/bin/sh"]', 'USER no-such-user'] },
  healthcheck: {
    image: dockerImages.healthcheck,
    rootfs: 'busybox',
    changes: [
      'CMD ["/bin/sleep","86400"]',
      'HEALTHCHECK --interval=500ms --timeout=2s --retries=2 CMD ["/bin/test","-f","/healthy"]',
    ],
  },
} as const satisfies Readonly<Record<keyof DockerImages, Recipe>>

const recipeLabel = 'testbed.recipe'
const Inspection = v.object({ Config: v.object({ Labels: v.nullish(v.record(v.string(), v.string())) }) })

/** The names of those images that the engine lacks, or has from another recipe. */
export async function missingImages(socketPath: string): Promise<readonly string[]> {
  return (await missingRecipes(socketPath)).map(({ image }) => image)
}

/** Makes the images that are missing; installs what they are made of when it is absent. */
export async function ensureImages(socketPath: string, log: (line: string) => void): Promise<void> {
  const missing = await missingRecipes(socketPath)
  if (missing.length > 0) await ensurePackages(['busybox-static', 'haproxy'], log)
  for (const recipe of missing) {
    const tar = await (recipe.rootfs === 'haproxy' ? haproxyRootfs() : busyboxRootfs())
    await importImage(recipe, tar, socketPath)
    log(`imported ${recipe.image} (${(tar.length / 2 ** 20).toFixed(1)} MiB)`)
  }
}

async function missingRecipes(socketPath: string): Promise<readonly Recipe[]> {
  const all: readonly Recipe[] = Object.values(recipes)
  const present = await Promise.all(all.map((recipe) => isPresent(recipe, socketPath)))
  return all.filter((_, index) => present[index] !== true)
}

async function isPresent(recipe: Recipe, socketPath: string): Promise<boolean> {
  const response = await dockerRequest(`/images/${recipe.image}/json`, { socketPath })
  if (response.status === 404) return false
  if (response.status !== 200) throw unexpected(`inspect ${recipe.image}`, response.status, response.text())
  return v.parse(Inspection, response.json()).Config.Labels?.[recipeLabel] === recipeId(recipe)
}

async function importImage(recipe: Recipe, tar: Uint8Array, socketPath: string): Promise<void> {
  const [repo = '', tag = ''] = recipe.image.split(':')
  const changes = [...recipe.changes, `LABEL ${recipeLabel}=${recipeId(recipe)}`]
  const query = { fromSrc: '-', repo, tag, changes }
  const response = await dockerRequest('/images/create', { method: 'POST', query, body: tar, socketPath })
  // A failure after the first byte of the answer comes as a line of text under status 200.
  if (response.status === 200 && !response.text().includes('"error"')) return
  throw unexpected(`import ${recipe.image}`, response.status, response.text())
}

/** Changes with everything an image is made of but the versions of Debian's packages. */
function recipeId(recipe: Recipe): string {
  const parts = JSON.stringify([recipe, recipe.rootfs === 'haproxy' ? haproxyConfiguration : ''])
  return createHash('sha256').update(parts).digest('hex').slice(0, 16)
}

function unexpected(what: string, status: number, text: string): TestbedError {
  return new TestbedError(`the engine could not ${what}: it answered ${status} ${text.trim().slice(0, 200)}`)
}
