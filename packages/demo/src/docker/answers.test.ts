import { expect, it } from 'vitest'
import { claimFromAll, claimInTurn } from './answers.ts'

it('come in turn where no server answers twice running', () => {
  claimInTurn(['web-1', 'web-2', 'web-1', 'web-2'])
  expect(() => claimInTurn(['web-1', 'web-1', 'web-2'])).toThrow(
    'must answer in turn, and answered web-1, web-1, web-2',
  )
})

it('come from all servers, and from nobody else', () => {
  const servers = ['web-1', 'web-2']
  claimFromAll(servers, ['web-2', 'web-1', 'web-1'])
  expect(() => claimFromAll(servers, ['web-1', 'web-1'])).toThrow('web-1, web-2 must answer, and these did: web-1')
  expect(() => claimFromAll(servers, ['web-1', 'web-2', 'amphora'])).toThrow('did: amphora, web-1, web-2')
})
