import { expect, it } from 'vitest'
import { contractDocument } from '../src/document/contract-document.ts'
import { runConformance } from '../src/index.ts'
import { rules } from '../src/rules.ts'
import { tinySubject } from './tiny-driver.ts'

it('is published with core as the kit tests it', async () => {
  await expect(contractDocument(rules)).toMatchFileSnapshot('../../core/CONTRACT.md')
})

it('names every rule once, in the document and in a report', async () => {
  const ids = rules.map(({ id }) => id)
  const documented = [...contractDocument(rules).matchAll(/^\| `([^`]+)` +\|/gm)].map(([, id]) => id)
  expect(documented).toHaveLength(ids.length)
  expect(new Set(documented)).toEqual(new Set(ids))
  const stop = AbortSignal.abort()
  expect((await runConformance(tinySubject(), { stop })).rules.map(({ id }) => id)).toEqual(ids)
})
