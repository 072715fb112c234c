import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { bench, failure, type Bench } from './driver.ts'
import { order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})
async function start(...options: Parameters<typeof bench>): Promise<Bench> {
  return (open = await bench(...options))
}

/** The image of the server that a build with this `imageId` made. */
async function chosen({ driver, cloud }: Bench, imageId: string): Promise<string | undefined> {
  await driver.build(order({ nameIsFresh: true, imageId }), testCall())
  return cloud.named('web-1')?.order.imageId
}

describe('an image by name', () => {
  it.each(['tiny', 'ubuntu 22.04', 'ubuntu:22.04', 'in:tiny', 'a,b'])(
    'that is "%s" is the one of that name',
    async (name) => {
      const made = await start({}, { images: [{ name: 'other' }] })
      const { id } = made.cloud.glance.add({ name })
      expect(await chosen(made, name)).toBe(id)
    },
  )

  it('is one that is active', async () => {
    const made = await start(
      {},
      {
        images: [
          { name: 'twin', status: 'queued' },
          { name: 'twin', status: 'deactivated' },
        ],
      },
    )
    const { id } = made.cloud.glance.add({ name: 'twin' })
    expect(await chosen(made, 'twin')).toBe(id)
  })

  it('that several have fails, and their ids are listed', async () => {
    const made = await start({}, { images: [{ name: 'twin' }, { name: 'twin' }, { name: 'twin', status: 'queued' }] })
    const ids = [...made.cloud.glance.images.values()].filter(({ status }) => status === 'active').map(({ id }) => id)
    const error = await failure(made.driver.build(order({ nameIsFresh: true, imageId: 'twin' }), testCall()))
    expect(error).toMatchObject({ code: 'invalid-argument', reason: 'nova/ambiguous-image', outcome: 'not-created' })
    for (const id of ids) expect((error as Error).message).toContain(id)
    expect(made.cloud.servers()).toEqual([])
  })

  it('may have to be of one project', async () => {
    const made = await start({}, { images: [] })
    const { glance, keystone } = made.cloud
    const ours = glance.add({ name: 'amphora', owner: keystone.projectId('demo') })
    glance.add({ name: 'amphora', owner: keystone.projectId('admin') })
    const driver = made.connect({ imageOwner: keystone.projectId('demo') })
    expect(await chosen({ ...made, driver }, 'amphora')).toBe(ours.id)
  })

  it('is asked for once in a minute', async () => {
    const made = await start()
    for (const name of ['a', 'b']) {
      await made.driver.build(order({ nameIsFresh: true, name, imageId: 'tiny' }), testCall())
    }
    expect(made.cloud.glance.server.count()).toBe(1)
  })
})
