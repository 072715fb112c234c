import { describe, expect, it } from 'vitest'
import { imageSource } from './image.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('an image reference', () => {
  it.each([
    ['haproxy', 'haproxy', 'latest'],
    ['haproxy:3.0', 'haproxy', '3.0'],
    ['amphora/haproxy', 'amphora/haproxy', 'latest'],
    ['registry.example:5000/amphora/haproxy', 'registry.example:5000/amphora/haproxy', 'latest'],
    ['registry.example:5000/amphora/haproxy:3', 'registry.example:5000/amphora/haproxy', '3'],
    [`haproxy@${digest}`, 'haproxy', digest],
    [`haproxy:3@${digest}`, 'haproxy', digest],
  ])('%s is pulled as %s, %s', (reference, repository, tag) => {
    expect(imageSource(reference)).toEqual({ repository, tag })
  })

  it.each([digest, 'b'.repeat(64), '', ':3', 'haproxy:'])('%j is not pulled', (reference) => {
    expect(imageSource(reference)).toBeUndefined()
  })
})
