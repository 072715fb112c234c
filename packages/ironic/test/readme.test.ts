import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { cloudConfigIn, textAt, tlsFront } from '@amphora/fake-openstack'
import { afterEach, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { IMAGE } from './call.ts'
import { fakeCloud, PASSWORD } from './driver.ts'

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

  await using fake = await fakeCloud({ images: [{ name: 'tiny', id: IMAGE, tags: ['amphora'] }] })
  await using front = await tlsFront(fake)
  await putCloudsYaml(front.authUrl, front.cert)
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
  })
  await import('./readme-example.ts')
  log.mockRestore()
  expect(printed).toEqual([...example.matchAll(/\) \/\/ (.*)$/gm)].map(([, said]) => said))
  expect(printed).toHaveLength(1)

  expect(fake.inventory()).toEqual([])
  const deploy = fake.server
    .requests('PUT /v1/nodes/{ident}/states/provision')
    .find((request) => textAt(request.json(), 'target') === 'active')
  const userData = textAt(deploy?.json(), 'configdrive', 'user_data') ?? ''
  expect(cloudConfigIn(Buffer.from(userData)).write_files).toHaveLength(1)
  expect(fake.keystone.tokens()).toEqual([])
})

/** The file of the README, with this cloud's address and password in it, where an OpenStack user has it. */
async function putCloudsYaml(authUrl: string, cert: string): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'amphora-readme-'))
  vi.stubEnv('XDG_CONFIG_HOME', folder)
  vi.stubEnv('HOME', folder)
  const entry = (parse(block('yaml')) as { clouds: { metal: { auth: Record<string, string> } } }).clouds.metal
  const auth = { ...entry.auth, auth_url: authUrl, password: PASSWORD }
  const file = { clouds: { metal: { ...entry, auth, cacert: join(folder, 'ca.pem') } } }
  await mkdir(join(folder, 'openstack'))
  await writeFile(join(folder, 'ca.pem'), cert)
  const path = join(folder, 'openstack', 'clouds.yaml')
  // JSON is YAML.
  await writeFile(path, JSON.stringify(file))
  await chmod(path, 0o600)
}
