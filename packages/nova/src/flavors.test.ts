import { createManualClock } from '@amphora/core/testing'
import { describe, expect, it } from 'vitest'
import type { Client } from './client.ts'
import { Flavors, smallest } from './flavors.ts'
import type { WireFlavor } from './wire.ts'

const flavor = (
  name: string,
  vcpus: number,
  memoryMiB: number,
  storageGiB: number,
  more: Partial<WireFlavor> = {},
) => ({
  id: `id-${name}`,
  name,
  vcpus,
  memoryMiB,
  storageGiB,
  disabled: false,
  hasExtraSpecs: false,
  ...more,
})
const all = [
  flavor('large', 8, 8192, 80),
  flavor('small', 1, 2048, 20),
  flavor('tiny', 1, 512, 1),
  flavor('wide', 4, 2048, 20),
  flavor('gone', 1, 1024, 10, { disabled: true }),
  flavor('pinned', 1, 1024, 10, { hasExtraSpecs: true }),
]

describe('the flavor for a size', () => {
  it.each([
    [{}, 'tiny'],
    [{ memoryMiB: 512 }, 'tiny'],
    [{ memoryMiB: 513 }, 'small'],
    [{ vcpus: 2 }, 'wide'],
    [{ vcpus: 1, memoryMiB: 2048, storageGiB: 20 }, 'small'],
    [{ storageGiB: 21 }, 'large'],
    [{ vcpus: 9 }, undefined],
  ])('%j is the smallest that is large enough: %s', (size, name) => {
    expect(smallest(size, all, undefined)?.name).toBe(name)
  })

  it('is one of those that are offered for sizes, with extra specs or not', () => {
    expect(smallest({}, all, ['pinned', 'id-large'])?.name).toBe('pinned')
    expect(smallest({ vcpus: 2 }, all, ['pinned', 'id-large'])?.name).toBe('large')
  })

  it('is the first by name among equals', () => {
    expect(smallest({}, [flavor('b', 1, 1, 1), flavor('a', 1, 1, 1)], undefined)?.name).toBe('a')
  })
})

describe('the flavors of a cloud', () => {
  const never = new AbortController().signal
  const bench = () => {
    const clock = createManualClock()
    let asked = 0
    let known = all
    const client: Pick<Client, 'flavors'> = {
      flavors: async () => {
        asked += 1
        return known
      },
    }
    const flavors = new Flavors(client, clock, undefined)
    return { clock, flavors, asked: () => asked, learn: (one: WireFlavor) => void (known = [...known, one]) }
  }

  it('are asked for once in five minutes, however many want one, and not for a UUID', async () => {
    const { clock, flavors, asked } = bench()
    const id = '4cf69ede-aa6c-4249-8d8d-9be7c5b40616'
    await expect(flavors.idOf(id, never)).resolves.toBe(id)
    expect(asked()).toBe(0)
    await Promise.all(['tiny', 'small', 'id-tiny'].map((name) => flavors.idOf(name, never)))
    await flavors.idOf({ vcpus: 2 }, never)
    expect(asked()).toBe(1)
    await clock.advance(300_000)
    await flavors.idOf('tiny', never)
    expect(asked()).toBe(2)
  })

  it('are taken by id before name', async () => {
    const { flavors, learn } = bench()
    learn(flavor('id-tiny', 1, 1, 1))
    await expect(flavors.idOf('id-tiny', never)).resolves.toBe('id-tiny')
  })

  it('are asked for anew after one was not among them', async () => {
    const { flavors, learn } = bench()
    await expect(flavors.idOf('new', never)).rejects.toMatchObject({ code: 'not-found', reason: 'nova/no-such-flavor' })
    learn(flavor('new', 1, 1, 1))
    await expect(flavors.idOf('new', never)).resolves.toBe('id-new')
  })

  it('that are all too small are an error that repeats the size', async () => {
    const { flavors } = bench()
    await expect(flavors.idOf({ vcpus: 99, storageGiB: 1 }, never)).rejects.toMatchObject({
      code: 'not-found',
      reason: 'nova/no-flavor-fits',
      message: 'no flavor has at least 99 vcpus, 1 GiB of storage',
    })
  })
})
