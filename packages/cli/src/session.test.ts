import { afterAll, expect, it } from 'vitest'
import { amphora, folder } from '../test/test-host.ts'

const home = folder('drivers: { a: { package: ./pulls.mjs } }')
afterAll(() => home.remove())
home.write(
  'pulls.mjs',
  `import { defineDriver } from '@amphora/core'
import { noop, World } from '@amphora/noop'
export const pulls = defineDriver({
  apiVersion: 1, name: 'pulls', capabilities: noop.definition.capabilities,
  options: { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } },
  connect: (_options, context) => {
    const driver = noop({}).connect(context)
    const build = async (order, call) => {
      call.progress({ step: 'pulls/pull', message: 'pulling', done: 1, total: 4 })
      call.progress({ step: 'pulls/pull', message: 'unpacking' })
      return driver.build(order, call)
    }
    return { ...driver, build }
  },
})
`,
)

it('shows on a terminal how far a long step has come, and every state that is seen', async () => {
  const { stderr } = await amphora(['build', '--wait', '--no-color'], { cwd: home.path, terminal: 80 })
  expect(stderr).toContain('pulling 25 %')
  expect(stderr).toContain('unpacking')
  expect(stderr).toMatch(/a\/\S+ is active/)
})

it('shows none of it in a pipe', async () => {
  expect((await amphora(['build', '--wait'], { cwd: home.path })).stderr).toBe('')
})
