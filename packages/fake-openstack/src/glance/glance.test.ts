import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFakeCloud, type FakeCloud } from '../cloud.ts'
import { logIn } from '../recording/site.ts'
import { at, listAt, textAt } from '../toolkit/json.ts'

describe('The fake Glance', () => {
  let cloud: FakeCloud
  let token: string

  beforeEach(async () => {
    cloud = await createFakeCloud({
      images: ['c', 'a', 'b'].map((name, index) => ({
        name,
        tags: index === 0 ? ['t', 'u'] : ['t'],
        createdAt: index,
      })),
    })
    token = (await logIn(cloud.authUrl, { username: 'demo', password: 'secret', projectName: 'demo' })).token
  })
  afterEach(() => cloud.close())

  async function list(query: string): Promise<unknown[]> {
    const seen: unknown[] = []
    let path: string | undefined = `/v2/images?${query}`
    while (path !== undefined) {
      const response = await fetch(`${cloud.glance.url}${path}`, { headers: { 'x-auth-token': token } })
      const body: unknown = await response.json()
      seen.push(...listAt(body, 'images').map((image) => at(image, 'name')))
      path = textAt(body, 'next')
    }
    return seen
  }

  it.each([
    ['', ['b', 'a', 'c']],
    ['sort=name:asc', ['a', 'b', 'c']],
    ['sort_key=name&sort_dir=desc', ['c', 'b', 'a']],
    ['limit=1', ['b', 'a', 'c']],
    ['name=a', ['a']],
    ['tag=t&tag=u', ['c']],
    ['name=in:a,b&sort=name', ['b', 'a']],
    ['status=queued', []],
    ['nosuch=x', []],
  ])('lists %s, page by page', async (query, names) => {
    expect(await list(query)).toEqual(names)
  })
})
