import type { MatchedRoute, Route, RouteTemplate } from './route.ts'

interface CompiledRoute {
  readonly route: Route
  readonly method: string
  readonly pattern: RegExp
  /** One letter a segment; sorting by it puts the literal before the parameter. */
  readonly rank: string
}

/** The routes, most literal first. */
export class RouteTable {
  #compiled: CompiledRoute[] = []

  set(route: Route): void {
    const others = this.#compiled.filter((compiled) => compiled.route.template !== route.template)
    this.#compiled = [...others, compile(route)].sort((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)))
  }

  match(method: string, path: string): MatchedRoute | undefined {
    for (const { route, method: wanted, pattern } of this.#compiled) {
      if (method !== wanted) continue
      const params = decoded(pattern.exec(path))
      if (params) return { route, params }
    }
    return undefined
  }

  /** A misspelt template would make a fault that never hits and a wait that never ends. */
  demand(template: RouteTemplate): void {
    const known = this.#compiled.map(({ route }) => route.template)
    if (known.includes(template)) return
    throw new Error(`'${template}' is no route of this fake server; its routes are ${known.join(', ') || 'none'}`)
  }
}

function compile(route: Route): CompiledRoute {
  const [method = '', path = ''] = route.template.split(' ', 2)
  const segments = path.split('/').map(compileSegment)
  const source = segments.map(({ source: one }) => one).join('/')
  return { route, method, pattern: new RegExp(`^${source}$`), rank: segments.map(({ rank }) => rank).join('') }
}

function compileSegment(segment: string): { source: string; rank: 'a' | 'b' | 'c' } {
  const name = /^\{(\+?)([A-Za-z_]\w*)\}$/.exec(segment)
  if (name) return name[1] ? { source: `(?<${name[2]}>.+)`, rank: 'c' } : { source: `(?<${name[2]}>[^/]+)`, rank: 'b' }
  if (!/[{}]/.test(segment)) return { source: segment.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`), rank: 'a' }
  throw new Error(`a parameter is a whole segment, {name} or {+name}; found '${segment}'`)
}

/** Nothing where the path does not match or is not percent-encoded UTF-8. */
function decoded(found: RegExpExecArray | null): Readonly<Record<string, string>> | undefined {
  if (!found) return undefined
  try {
    return Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    )
  } catch {
    return undefined
  }
}
