import type { BuildOrder } from '@amphora/core'
import { describe, expect, it } from 'vitest'
import { fileProblems, imageProblems, portProblems, uuidProblems } from './order-rules.ts'

const order: BuildOrder = {
  name: 'web-1',
  nameIsFresh: false,
  fingerprint: 'v1:one',
  type: 'VM',
  flavor: 'small',
  imageId: 'tiny',
  keys: [],
  secGroups: [],
  networkIds: [],
  portIds: [],
  files: [],
  userData: undefined,
  placementGroupId: undefined,
  availabilityZone: undefined,
}
const file = (path: string): BuildOrder['files'][number] => ({ path, bytes: new Uint8Array() })

describe('an order', () => {
  it('needs an image, and a tag where it is one', () => {
    const told = (imageId: string | undefined) => [...imageProblems({ ...order, imageId }, 'needed')]
    expect([undefined, '', ' '].map(told)).toEqual([['needed'], ['needed'], ['needed']])
    expect(told('tag: ')).toEqual([expect.stringContaining('names no tag')])
    expect(told('tag:a')).toEqual([])
  })

  it('names ids that are ids, each port once', () => {
    const id = '50bb70ba-d1d7-4b93-87b9-c59413e7096e'
    expect([...uuidProblems('networkIds', [id, 'net1'])]).toEqual([expect.stringMatching(/^networkIds\[1\].*"net1"/)])
    expect([...portProblems({ ...order, portIds: [id, id] })]).toHaveLength(1)
    expect([...portProblems({ ...order, portIds: [id] })]).toEqual([])
  })

  it('has no file that is a folder of another', () => {
    expect([...fileProblems({ ...order, files: [file('/a'), file('/a/b')] })]).toHaveLength(1)
    expect([...fileProblems({ ...order, files: [file('/a'), file('/ab')] })]).toEqual([])
  })
})
