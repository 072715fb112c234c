import { expect, it } from 'vitest'
import { ini } from './ini.ts'

it('writes sections in order, with an empty line between', () => {
  expect(ini({ DEFAULT: { debug: false, plugins: '' }, api: { port: 6385, ca: '/a b' } })).toBe(
    '[DEFAULT]\ndebug = false\nplugins = \n\n[api]\nport = 6385\nca = /a b\n',
  )
})
