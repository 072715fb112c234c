import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { textAt } from '@amphora/fake-openstack'
import { afterEach, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { createCloud } from './driver.ts'
import { cloudConfigIn } from '@amphora/fake-openstack'
import { tlsFront } from '@amphora/fake-openstack'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const README = read('../README.md')
const block = (language: string): string => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(README)?.[1] ?? ''

let folder = ''
afterEach(async () => {
  vi.unstubAllEnvs()
  if (folder !== '') await rm(folder, { recursive: true })
})

it('opens with an example that runs as it is, and prints what it says', { timeout: 30_000 }, async () => {
  const example = read('./readme-example.ts')
  expect(block('ts')).toBe(example)

  await using cloud = await createCloud()
  await using front = await tlsFront(cloud)
  await putCloudsYaml(front.authUrl, front.cert)
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
  })
  await import('./readme-example.ts')
  log.mockRestore()
  expect(printed).toEqual([...example.matchAll(/\) \/\/ (.*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(1)

  expect(cloud.inventory()).toEqual([])
  const [create] = cloud.server.requests('POST /v2.1/servers')
  const userData = textAt(create?.json(), 'server', 'user_data') ?? ''
  expect(cloudConfigIn(Buffer.from(userData, 'base64')).write_files).toHaveLength(1)
  expect(cloud.keystone.tokens()).toEqual([])
})

/** The file of the README, with this cloud's address and password in it, where an OpenStack user has it. */
async function putCloudsYaml(authUrl: string, cert: string): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'amphora-readme-'))
  vi.stubEnv('XDG_CONFIG_HOME', folder)
  vi.stubEnv('HOME', folder)
  const shown = block('yaml')
  const entry = (parse(shown) as { clouds: { east: { auth: Record<string, string> } } }).clouds.east
  const file = {
    clouds: { east: { ...entry, auth: { ...entry.auth, auth_url: authUrl }, cacert: join(folder, 'ca.pem') } },
  }
  await mkdir(join(folder, 'openstack'))
  await writeFile(join(folder, 'ca.pem'), cert)
  const path = join(folder, 'openstack', 'clouds.yaml')
  // JSON is YAML.
  await writeFile(path, JSON.stringify(file))
  await chmod(path, 0o600)
}
