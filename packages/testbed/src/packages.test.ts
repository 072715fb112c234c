import { expect, it } from 'vitest'
import { isDebian } from './packages.ts'

it.each([
  ['Debian', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nHOME_URL="https://www.debian.org/"\n'],
  ['Ubuntu', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'],
  ['a system made from two', 'ID=pop\nID_LIKE="ubuntu debian"\n'],
])('knows %s as Debian', (_, text) => {
  expect(isDebian(text)).toBe(true)
})

it.each([
  ['Fedora', 'NAME="Fedora Linux"\nID=fedora\nVARIANT_ID=debian\n'],
  ['a name that contains it', 'ID=notdebian\nID_LIKE="nondebian"\n'],
  ['no system', ''],
])('does not know %s as Debian', (_, text) => {
  expect(isDebian(text)).toBe(false)
})
