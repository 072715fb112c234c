import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { ask } from '../../test/raw-client.ts'
import { createFakeServer } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'
import type { PathParams, RouteTemplate } from './route.ts'

let server: FakeServer

beforeEach(async () => {
  server = await createFakeServer({ rewrite: (path) => path.replace(/^\/v\d+/, '') })
})
afterEach(() => server.close())

function echo(template: RouteTemplate): void {
  server.route(template, ({ params }) => ({ json: { template, params } }))
}

const asked = async (target: string): Promise<unknown> => JSON.parse((await ask(server.url, target)).text)

describe('a route', () => {
  it('types the parameters of its template', () => {
    expectTypeOf<PathParams<'GET /a/{id}/b/{+path}'>>().toEqualTypeOf<{ readonly id: string; readonly path: string }>()
    server.route('PUT /a/{id}', ({ params }) => {
      expectTypeOf(params).toEqualTypeOf<{ readonly id: string }>()
      return {}
    })
    // @ts-expect-error: the method is in capitals
    server.route('get /a', () => ({}))
    // @ts-expect-error: one body at most
    server.route('GET /a', () => ({ json: {}, text: '' }))
  })

  it('takes one segment for {id}, decoded', async () => {
    echo('GET /things/{id}/json')
    expect(await asked('GET /things/a%2Fb%20c/json')).toMatchObject({ params: { id: 'a/b c' } })
    expect((await ask(server.url, 'GET /things/a/b/json')).status).toBe(404)
    expect((await ask(server.url, 'GET /things//json')).status).toBe(404)
    expect((await ask(server.url, 'POST /things/a/json')).status).toBe(404)
  })

  it('takes several segments for {+name}', async () => {
    echo('GET /images/{+name}/json')
    expect(await asked('GET /images/library/nginx/json')).toMatchObject({ params: { name: 'library/nginx' } })
  })

  it.each([[['things/{+rest}', 'things/{id}', 'things/new']], [['things/new', 'things/{id}', 'things/{+rest}']]])(
    'goes to the most literal template, in whatever order they were added: %j',
    async (paths) => {
      for (const path of paths) echo(`GET /${path}`)
      expect(await asked('GET /things/new')).toMatchObject({ template: 'GET /things/new' })
      expect(await asked('GET /things/old')).toMatchObject({ template: 'GET /things/{id}' })
      expect(await asked('GET /things/old/er')).toMatchObject({ template: 'GET /things/{+rest}' })
    },
  )

  it('reads a template literally where it looks like an expression', async () => {
    echo('GET /v2.0/a+b')
    expect((await ask(server.url, 'GET /v2.0/a+b')).status).toBe(404)
    echo('GET /x.y/(a|b)')
    expect((await ask(server.url, 'GET /xzy/(a|b)')).status).toBe(404)
    expect((await ask(server.url, 'GET /x.y/(a|b)')).status).toBe(200)
  })

  it('is replaced by a later one of the same template', async () => {
    server.route('GET /a', () => ({ text: 'first' }))
    server.route('GET /a', () => ({ text: 'second' }))
    expect((await ask(server.url, 'GET /a')).text).toBe('second')
  })

  it('is matched against the rewritten path, and logged with the path as sent', async () => {
    echo('GET /things/{id}')
    expect(await asked('GET /v3/things/a')).toMatchObject({ params: { id: 'a' } })
    expect(await asked('GET /things/a')).toMatchObject({ params: { id: 'a' } })
    expect(server.requests('GET /things/{id}').map(({ path }) => path)).toEqual(['/v3/things/a', '/things/a'])
  })

  it.each(['GET /a/{id', 'GET /a/x{id}', 'GET /a/{i-d}'] as const)('refuses the template %s', (template) => {
    expect(() => server.route(template, () => ({}))).toThrow('a parameter is a whole segment')
  })

  it('refuses a path that is not percent-encoded UTF-8', async () => {
    echo('GET /things/{id}')
    expect((await ask(server.url, 'GET /things/%E0%A4%A')).status).toBe(404)
  })
})

it('names the routes there are to whoever names one that is not', async () => {
  const misspelt = 'POST /thinsg'
  expect(() => server.count(misspelt)).toThrow("'POST /thinsg' is no route of this fake server; its routes are none")
  echo('POST /things')
  const message = 'its routes are POST /things'
  expect(() => server.requests(misspelt)).toThrow(message)
  expect(() => server.seen(misspelt)).toThrow(message)
  await expect(server.inject({ kind: 'hang', on: misspelt })).rejects.toThrow(message)
  await expect(server.inject({ kind: 'refuse', after: misspelt })).rejects.toThrow(message)
})
