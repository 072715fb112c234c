import { expect, it } from 'vitest'
import { CleanUp } from './clean-up.ts'

it('undoes the newest first, and each once', async () => {
  const cleanUp = new CleanUp()
  for (const thing of ['network', 'server']) cleanUp.add(thing, () => Promise.resolve(`removed the ${thing}`))
  cleanUp.add('connections', () => Promise.resolve(undefined))
  expect(await cleanUp.run()).toEqual({ done: ['removed the server', 'removed the network'], left: [] })
  expect(await cleanUp.run()).toEqual({ done: [], left: [] })
})

it('goes on after a failure, and says what is left and why', async () => {
  const cleanUp = new CleanUp()
  cleanUp.add('network', () => Promise.resolve('removed the network'))
  cleanUp.add('server', () => Promise.reject(new Error('it is stuck')))
  expect(await cleanUp.run()).toEqual({ done: ['removed the network'], left: ['server (it is stuck)'] })
})

it('leaves alone what was taken off again', async () => {
  const cleanUp = new CleanUp()
  const disown = cleanUp.add('network', () => Promise.resolve('removed the network'))
  disown()
  disown()
  expect(await cleanUp.run()).toEqual({ done: [], left: [] })
})
