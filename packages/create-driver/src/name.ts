/** What a new driver is called, in each of the forms in which code and files need it. */
export interface Names {
  /** The driver's own name, `my-cloud`: in the registry, in configurations, in the reasons of errors. */
  readonly driver: string
  /** `myCloud`: what the package exports. */
  readonly value: string
  /** `MyCloud`: the beginning of its types. */
  readonly type: string
  /** `amphora-driver-my-cloud`, with its scope before it. */
  readonly package: string
}

/** Core takes driver names of so many characters. */
const LONGEST = 31
const PREFIX = 'amphora-driver-'

/** Why the name is refused; `undefined` where it is not. */
export function nameProblem(name: string): string | undefined {
  if (name.startsWith(PREFIX)) return `leave out "${PREFIX}", which is put before the name by itself`
  if (name.length > LONGEST) return `a name has at most ${LONGEST} characters; found ${name.length}`
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    return `a name is lower case letters and digits, a letter first, with single hyphens in between; found ${JSON.stringify(name)}`
  }
  return TAKEN.has(valueOf(name))
    ? `"${valueOf(name)}" means something else in the code of a driver; take another name`
    : undefined
}

/** Why the scope is refused; `undefined` where it is not, or none is given. */
export function scopeProblem(scope: string | undefined): string | undefined {
  if (scope === undefined || /^@[a-z0-9][a-z0-9._-]{0,100}$/.test(scope)) return undefined
  return `a scope is "@" and lower case letters, digits, ".", "_" and "-"; found ${JSON.stringify(scope)}`
}

/** The forms of a name that has no problem. */
export function namesOf(name: string, scope: string | undefined): Names {
  const value = valueOf(name)
  const unscoped = `${PREFIX}${name}`
  return {
    driver: name,
    value,
    type: value.charAt(0).toUpperCase() + value.slice(1),
    package: scope === undefined ? unscoped : `${scope}/${unscoped}`,
  }
}

function valueOf(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_hyphen, letter: string) => letter.toUpperCase())
}

/** What no variable can be called (ECMA-262, 12.7.2), and what is called so already where the driver's value stands. */
const TAKEN: ReadonlySet<string> = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof undefined var void while with yield
  capabilities control createDriver deeds defineDriver describe expect it optionsSchema pageSize plugin registry sleep subject token`.split(
    /\s+/,
  ),
)
