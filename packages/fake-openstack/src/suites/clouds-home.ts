import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { parse } from 'yaml'
import type { TlsFront } from '../toolkit/tls-front.ts'

interface CloudsFile {
  readonly clouds: Readonly<Record<string, { readonly auth: Readonly<Record<string, string>> }>>
}

/**
 * Puts a `clouds.yaml` where an OpenStack user has it, with the address of this cloud in it and what else its `auth` is
 * to say. The environment is as before when it is disposed of.
 */
export async function cloudsHome(
  text: string,
  { authUrl, cert }: Pick<TlsFront, 'authUrl' | 'cert'>,
  auth: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'amphora-clouds-'))
  const { clouds }: CloudsFile = parse(text)
  const entries = Object.entries(clouds).map(([name, entry]) => [
    name,
    { ...entry, auth: { ...entry.auth, auth_url: authUrl, ...auth }, cacert: join(folder, 'ca.pem') },
  ])
  await mkdir(join(folder, 'openstack'))
  await writeFile(join(folder, 'ca.pem'), cert)
  // JSON is YAML.
  const file = JSON.stringify({ clouds: Object.fromEntries(entries) })
  await writeFile(join(folder, 'openstack', 'clouds.yaml'), file, { mode: 0o600 })
  for (const name of ['XDG_CONFIG_HOME', 'HOME']) vi.stubEnv(name, folder)
  return {
    [Symbol.asyncDispose]: async () => {
      vi.unstubAllEnvs()
      await rm(folder, { recursive: true })
    },
  }
}
