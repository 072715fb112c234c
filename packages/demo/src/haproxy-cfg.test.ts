import { expect, it } from 'vitest'
import { haproxyCfg } from './haproxy-cfg.ts'

it('names every server, and balances over them in turn', () => {
  const text = haproxyCfg(['web-1:8080', 'web-2:8080'])
  expect(text).toContain('balance roundrobin\n  server s1 web-1:8080\n  server s2 web-2:8080\n')
  expect(text.endsWith('\n')).toBe(true)
})
