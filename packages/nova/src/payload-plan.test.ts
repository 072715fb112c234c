import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { InvalidRequestError } from '@amphora/core'
import { cloudConfigIn } from '@amphora/fake-openstack'
import { describe, expect, it } from 'vitest'
import { order } from '../test/order.ts'
import { planPayload } from './payload-plan.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const keys = ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA one', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB two']

describe('how files travel', () => {
  const noise = [1, 2, 3, 4, 5].map((index) => ({ path: `/f${index}`, bytes: randomBytes(10_240) }))
  const small = [{ path: '/f', bytes: bytes('x') }]

  it('is the user data where they fit, whatever is chosen but personality', async () => {
    for (const files of ['auto', 'cloud-init'] as const) {
      const plan = await planPayload(order({ files: small }), files)
      expect(plan.personality).toEqual([])
      expect(cloudConfigIn(plan.userData)?.write_files).toHaveLength(1)
    }
  })

  it('is personality where they do not fit, and their keys still go with the user data', async () => {
    const short = noise.map(({ path, bytes: long }) => ({ path, bytes: long.subarray(0, 7_680) }))
    const userData = randomBytes(20_000)
    const plan = await planPayload(order({ files: short, keys, userData }), 'auto')
    expect(plan.personality).toEqual(short)
    expect(cloudConfigIn(plan.userData)).toMatchObject({ ssh_authorized_keys: keys })
    expect(cloudConfigIn(plan.userData)).not.toHaveProperty('write_files')
  })

  it('is personality where that is chosen', async () => {
    expect(await planPayload(order({ files: small }), 'personality')).toEqual({
      userData: undefined,
      personality: small,
    })
  })

  it('is both where only some are short enough for personality', async () => {
    const [long, ...rest] = noise
    const short = rest.map(({ path, bytes: content }) => ({ path, bytes: content.subarray(0, 7_680) }))
    const files = [...(long === undefined ? [] : [long]), ...short]
    const plan = await planPayload(order({ files, userData: randomBytes(20_000) }), 'auto')
    expect(plan.personality).toEqual(short)
    expect(cloudConfigIn(plan.userData)?.write_files).toHaveLength(1)
  })

  it('is refused for each file that is too long for personality, where that is chosen', async () => {
    const error = await planPayload(order({ files: noise }), 'personality').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect((error as InvalidRequestError).problems).toHaveLength(5)
    expect((error as Error).message).toMatch(/"\/f1" has 10240 bytes; as personality Nova takes 7680/)
  })

  it('is refused with both numbers where nothing fits', async () => {
    const userData = randomBytes(49_149)
    await expect(planPayload(order({ files: noise }), 'cloud-init')).rejects.toThrow(InvalidRequestError)
    await expect(planPayload(order({ files: noise, userData, keys }), 'auto')).rejects.toThrow(/Nova takes 49149/)
  })

  it('leaves user data of the longest kind alone', async () => {
    const userData = randomBytes(49_149)
    expect(await planPayload(order({ userData }), 'auto')).toEqual({ userData, personality: [] })
    await expect(planPayload(order({ userData: gzipSync(randomBytes(60_000)) }), 'auto')).rejects.toThrow(
      InvalidRequestError,
    )
  })
})
