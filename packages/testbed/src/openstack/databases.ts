import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { TestbedError } from '../testbed-error.ts'
import type { ConfigurationPath } from './configuration.ts'
import { databaseUrl } from './configuration/common.ts'
import { endpoints } from './endpoints.ts'
import { processEnvironment } from './environment.ts'
import { lastLine } from './service-process.ts'
import { python } from './services.ts'
import type { Site } from './site.ts'

export type DatabaseOwner = 'keystone' | 'placement' | 'glance' | 'neutron' | 'nova' | 'ironic'

/** The configuration that says where the databases of each lie. */
const configurations: Readonly<Record<DatabaseOwner, ConfigurationPath>> = {
  keystone: 'etc/keystone.conf',
  placement: 'etc/placement/placement.conf',
  glance: 'etc/glance/glance-api.conf',
  neutron: 'etc/neutron.conf',
  nova: 'etc/nova.conf',
  ironic: 'etc/ironic.conf',
}

/** Makes the databases of a service unless they are there. What a broken-off attempt has left is made anew. */
export async function ensureDatabases(site: Site, owner: DatabaseOwner, log: (line: string) => void): Promise<void> {
  const folder = join(site.folder, 'db')
  const done = `${owner}.done`
  const present: readonly string[] = await readdir(folder).catch(() => [])
  if (present.includes(done)) return
  await mkdir(folder, { recursive: true })
  const leftovers = present.filter((name) => belongsTo(name, owner))
  await Promise.all(leftovers.map((name) => rm(join(folder, name))))
  await make(site, owner)
  await writeFile(join(folder, done), '')
  log(`made the databases of ${owner}`)
}

/** Whether a file in the folder of databases is part of one of this owner's. */
export function belongsTo(file: string, owner: DatabaseOwner): boolean {
  return file.startsWith(`${owner}.sqlite`) || file.startsWith(`${owner}_`) || file.startsWith(`${owner}-`)
}

async function make(site: Site, owner: DatabaseOwner): Promise<void> {
  const logFile = join(site.folder, 'log', `database-${owner}.log`)
  await mkdir(join(site.folder, 'log'), { recursive: true })
  const script = `${site.folder}/python/database.py`
  const result = await execa(python, [script, owner, join(site.folder, configurations[owner])], {
    cwd: site.folder,
    extendEnv: false,
    env: processEnvironment(site, {
      TESTBED_PASSWORD: site.password,
      TESTBED_AUTH_URL: endpoints.keystone,
      TESTBED_CELL0: databaseUrl(site, 'nova_cell0'),
    }),
    stdin: 'ignore',
    stdout: { file: logFile, append: true },
    stderr: { file: logFile, append: true },
    reject: false,
  })
  if (!result.failed) return alsoForNoauth(site, owner)
  throw new TestbedError(
    `the databases of ${owner} could not be made. The log ${logFile} ends with: ${await lastLine(logFile)}`,
  )
}

/** Both Ironics start with the same empty database. */
async function alsoForNoauth(site: Site, owner: DatabaseOwner): Promise<void> {
  if (owner !== 'ironic') return
  const path = (name: string) => join(site.folder, 'db', `${name}.sqlite`)
  await copyFile(path('ironic'), path('ironic-noauth'))
}
