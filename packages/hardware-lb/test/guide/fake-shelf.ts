import { createFakeServer } from '@amphora/conformance/fake-server'
import type { Simulator } from '../simulator.ts'
import { createTokenBook, type TokenBook } from '../token-book.ts'

interface Row {
  readonly name: string
  readonly note: string
  readonly cpus: number
  readonly power: string
  readonly health: string
}

export const PASSWORD = 'shelf-canary-password'

/** The appliance of the guide: nobody makes it. */
export async function createFakeShelf(
  tls: { readonly cert: string; readonly key: string },
  most = Number.POSITIVE_INFINITY,
): Promise<Simulator & { readonly book: TokenBook }> {
  const server = await createFakeServer({ tls })
  const rows = new Map<string, Row>()
  const book = createTokenBook({
    user: 'ops',
    password: PASSWORD,
    prefix: 'shelf-canary-',
    tokenOf: ({ 'x-token': token }) => (typeof token === 'string' ? token : undefined),
    cap: 4,
  })
  let isFull = false
  let isHeld = false
  const forced = new Set<string>()
  const shown = (row: Row): Row =>
    row.health === 'starting' && !isHeld && !forced.has(row.name) ? { ...row, health: 'up' } : row

  server.route('POST /session', (request) => {
    const { user, password } = request.json() as { readonly user: string; readonly password: string }
    const issued = book.issue(user, password)
    return 'token' in issued ? { json: { token: issued.token, seconds: 600 } } : { status: 401 }
  })
  server.route('DELETE /session', ({ headers }) => {
    book.revoke(String(headers['x-token']))
    return { status: 204 }
  })
  server.route('GET /about', ({ headers }) =>
    book.check(headers) ? { json: { product: 'shelf', version: '1.2' } } : { status: 401 },
  )
  server.route('GET /guests', ({ headers }) =>
    book.check(headers) ? { json: [...rows.values()].map(shown) } : { status: 401 },
  )
  server.route('GET /guests/{name}', ({ headers, params: { name } }) => {
    if (!book.check(headers)) return { status: 401 }
    const row = rows.get(name)
    return row === undefined ? { status: 404 } : { json: shown(row) }
  })
  server.route('POST /guests', (request) => {
    if (!book.check(request.headers)) return { status: 401 }
    const { name, note, cpus } = request.json() as Row
    if (rows.has(name)) return { status: 409 }
    if (isFull || rows.size >= most) return { status: 507 }
    rows.set(name, { name, note, cpus, power: 'on', health: 'starting' })
    return { status: 201 }
  })
  server.route('PATCH /guests/{name}', (request) => {
    if (!book.check(request.headers)) return { status: 401 }
    const row = rows.get(request.params.name)
    if (row === undefined) return { status: 404 }
    rows.set(row.name, { ...row, ...(request.json() as Partial<Row>) })
    return { status: 204 }
  })
  server.route('DELETE /guests/{name}', ({ headers, params: { name } }) => {
    if (!book.check(headers)) return { status: 401 }
    return { status: rows.delete(name) ? 204 : 404 }
  })

  return {
    server,
    book,
    inventory: () => [...rows.values()].map(({ name, note }) => `${name}:${note.split(':')[3] ?? ''}`),
    holds: (name) => rows.has(name),
    plant: (name) => {
      rows.set(name, { name, note: 'of somebody else', cpus: 1, power: 'on', health: 'up' })
      return `${name}:`
    },
    force: (name, word) => {
      const row = rows.get(name)
      const [power = '', health = ''] = word.includes('/') ? word.split('/') : [word, '']
      if (row === undefined) return
      rows.set(name, { ...row, power, health })
      forced.add(name)
    },
    setFull: (full) => void (isFull = full),
    setHeld: (held) => void (isHeld = held),
    close: () => server.close(),
  }
}
