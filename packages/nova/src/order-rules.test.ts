import { describe, expect, it } from 'vitest'
import { order } from '../test/order.ts'
import { orderProblems } from './order-rules.ts'

const usual = {}

describe('an order', () => {
  it('that is right breaks no rule', () => {
    expect(orderProblems(order(), usual)).toEqual([])
    expect(orderProblems(order({ networkIds: [] }), { emptyNetworks: 'auto' })).toEqual([])
  })

  it('is told every rule it breaks at once', () => {
    const wrong = order({
      flavor: undefined,
      imageId: ' ',
      networkIds: ['net1'],
      portIds: ['p', 'p'],
      placementGroupId: 'group',
      files: [
        { path: '/a', bytes: new Uint8Array() },
        { path: '/a/b', bytes: new Uint8Array() },
      ],
    })
    expect(orderProblems(wrong, usual)).toEqual([
      'flavor is needed: Nova makes no server without one',
      'imageId is needed: a server is made of an image',
      'networkIds[0] must be a UUID; found "net1"',
      'portIds[0] must be a UUID; found "p"',
      'portIds[1] must be a UUID; found "p"',
      'placementGroupId must be a UUID, as createPlacementGroup gave it; found "group"',
      'portIds names one of them twice; a port belongs to one server once',
      '"/a/b" lies below "/a", which is a file itself',
    ])
  })

  it('without a network needs the option that says what that means', () => {
    expect(orderProblems(order({ networkIds: [] }), usual)).toEqual([
      'networkIds or portIds must name one at least; or the option emptyNetworks says what none means ("none", "auto")',
    ])
  })
})
