import { describe, expect, it } from 'vitest'
import { agentOptionsOf } from './tls.ts'

describe('TLS, whatever the process was started with', () => {
  it.each([{}, { insecureSkipVerify: false }, { ca: 'x' }])('%j is 1.2 or newer and verified', (tls) => {
    expect(agentOptionsOf(tls)).toMatchObject({ minVersion: 'TLSv1.2', rejectUnauthorized: true })
  })

  it('is not verified where that is spelled out', () => {
    expect(agentOptionsOf({ insecureSkipVerify: true })).toMatchObject({ rejectUnauthorized: false })
  })
})
