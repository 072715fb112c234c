import { readFile } from 'node:fs/promises'
import { AmphoraComputeError } from '@amphora/core'
import * as v from 'valibot'

/** Where a secret is to be found. An inventory never holds one itself. */
export type SecretReference = { readonly env: string } | { readonly file: string } | (() => string | Promise<string>)

/** A secret that is read each time it is needed, so that it may change meanwhile; inspection shows nothing of it. */
export class Secret {
  readonly #reference: SecretReference

  constructor(reference: SecretReference) {
    this.#reference = reference
  }

  /** @throws {AmphoraComputeError} `failed-precondition`, where there is none. */
  async read(): Promise<string> {
    const reference = this.#reference
    const [text, where] = await this.#find(reference)
    if (typeof text === 'string' && text !== '') return text
    throw new AmphoraComputeError(`the secret that ${where} is to give is not there; the inventory refers to it`, {
      code: 'failed-precondition',
      reason: 'hardware/no-secret',
    })
  }

  /** A function's error may quote what it holds, so nothing of it is kept. */
  async #find(reference: SecretReference): Promise<readonly [unknown, string]> {
    if (typeof reference === 'function') return [await callQuietly(reference), 'a function']
    if ('env' in reference) return [process.env[reference.env], variableCalled(reference.env)]
    const text = await readFile(reference.file, 'utf8').catch(() => undefined)
    return [text?.replace(/\r?\n$/, ''), `the file ${reference.file}`]
  }
}

async function callQuietly(reference: () => unknown): Promise<unknown> {
  try {
    return await reference()
  } catch {
    return undefined
  }
}

/** What is not written as variables are may be the secret itself, put into the wrong place. */
function variableCalled(name: string): string {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? `the environment variable ${name}` : 'an environment variable'
}

const variable = v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/))
const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))

/** A reference as it stands in an inventory. */
export const secretSchema: v.GenericSchema<unknown, Secret> = v.pipe(
  v.custom<SecretReference>(
    isReference,
    'must say where the secret is: { env: "NAME" } or { file: "/path" }, or be a function; the secret itself does not belong here',
  ),
  v.transform((reference) => new Secret(reference)),
)

function isReference(value: unknown): boolean {
  if (typeof value === 'function') return true
  return v.is(v.union([v.strictObject({ env: variable }), v.strictObject({ file: text })]), value)
}
