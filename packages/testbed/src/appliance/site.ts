import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { TestbedError } from '../testbed-error.ts'

/** Where the appliances live and what opens them. */
export interface ApplianceSite {
  /** Everything that the testbed writes lies in it: configuration, certificates, logs, what runs. */
  readonly folder: string
  readonly secrets: ApplianceSecrets
}

/** Made once at random and kept in the folder, so that they are nobody's guess and can be searched for in logs. */
interface ApplianceSecrets {
  readonly authKey: string
  readonly privKey: string
  readonly community: string
}

const SecretsText = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ authKey: v.string(), privKey: v.string(), community: v.string() }),
)

/** The folder: `appliance` in `AMPHORA_TESTBED_HOME`, which is `/var/lib/amphora-testbed` unless it is set. */
export function applianceFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment['AMPHORA_TESTBED_HOME'] || '/var/lib/amphora-testbed'
  // snmpd.conf quotes it without escaping.
  if (/^\/[\w./-]+$/.test(home)) return join(home, 'appliance')
  throw new TestbedError(
    `AMPHORA_TESTBED_HOME must be an absolute path of letters, digits and ._/-, found ${JSON.stringify(home)}`,
  )
}

/** The site in its folder; makes folder and secrets when they are missing. */
export async function openApplianceSite(folder: string = applianceFolder()): Promise<ApplianceSite> {
  const known = await knownApplianceSite(folder)
  if (known !== undefined) return known
  const secret = (): string => randomBytes(18).toString('hex')
  const site = { folder, secrets: { authKey: secret(), privKey: secret(), community: secret() } }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await putApplianceFile(site, 'secrets.json', JSON.stringify(site.secrets))
  } catch (cause) {
    throw new TestbedError(
      `cannot write ${folder}: run this as root, or set AMPHORA_TESTBED_HOME to a folder of yours`,
      { cause },
    )
  }
  return site
}

/** The site in its folder, if there is one that this user may read. */
export async function knownApplianceSite(folder: string = applianceFolder()): Promise<ApplianceSite | undefined> {
  const text = await readFile(join(folder, 'secrets.json'), 'utf8').catch(() => undefined)
  const secrets = v.safeParse(SecretsText, text)
  return secrets.success ? { folder, secrets: secrets.output } : undefined
}

/** Writes a file of the site in one step, for its owner alone. */
export async function putApplianceFile({ folder }: ApplianceSite, path: string, text: string): Promise<void> {
  const target = join(folder, path)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await writeFile(`${target}.new`, text, { mode: 0o600 })
  await rename(`${target}.new`, target)
}
