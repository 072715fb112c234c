import * as v from 'valibot'

/** Where the backend is, and who we are there. Plain data that survives JSON; no environment variable is read. */
// here: what your driver has to be told
export interface __Name__Options {
  /** `https://api.example.com/v1`. Plain `http` is taken on a loopback address only, since the token goes with it. */
  readonly url: string
  /** Shown nowhere. */
  readonly token: string
  /** How many servers one page of a list holds. Default 100. */
  readonly pageSize?: number | undefined
}

/** The options with every default in its place. */
export interface Settings {
  readonly url: URL
  readonly token: string
  readonly pageSize: number
}

const url = v.pipe(
  v.string('must be a text'),
  v.check(isSafe, 'must be an https: URL (http: on a loopback address) without user, query and fragment'),
)
// A header holds nothing else, and a token that is refused is never quoted.
const token = v.pipe(v.string('must be a text'), v.regex(/^[!-~]+$/, 'must be visible ASCII characters'))
const pageSize = v.pipe(v.number('must be a number'), v.integer('must be whole'), v.minValue(1), v.maxValue(1000))

/** Names every problem at once. An object with a rest, since a strict one names one stranger only. */
export const optionsSchema: v.GenericSchema<__Name__Options, Settings> = v.pipe(
  v.objectWithRest({ url, token, pageSize: v.optional(pageSize, 100) }, v.never('is no option of this driver')),
  v.transform((given) => ({ url: new URL(given.url), token: given.token, pageSize: given.pageSize })),
)

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  if (username + password + search + hash !== '') return false
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}
