import { afterEach, expect, it, vi } from 'vitest'
import { stubEngine, type StubAnswer, type StubEngine } from '../../test/stub-engine.ts'
import { ForeignError, markOf } from './mark.ts'
import { makeNetwork, removeNetwork } from './network.ts'

let engine: StubEngine

afterEach(async () => {
  vi.unstubAllEnvs()
  await engine.close()
})

it('is made where there is none', async () => {
  await start({ 'POST /networks/create': [[201, { Id: 'n' }]] })
  expect(await makeNetwork('lb')).toBe('made')
})

it('is taken over where a run of the same name left it', async () => {
  await start({ 'POST /networks/create': [[409]], 'GET /networks/lb-net': [[200, { Labels: markOf('lb') }]] })
  expect(await makeNetwork('lb')).toBe('adopted')
})

it.each([[{}], [{ Labels: null }], [{ Labels: { a: 'b' } }], [{ Labels: markOf('other') }]])(
  'is refused where somebody else made it: %j',
  async (shown) => {
    await start({ 'POST /networks/create': [[409]], 'GET /networks/lb-net': [[200, shown]] })
    await expect(makeNetwork('lb')).rejects.toThrow(ForeignError)
    await expect(makeNetwork('lb')).rejects.toThrow('choose another --name')
  },
)

it('is removed once containers that are just being removed have let it go', async () => {
  await start({ 'DELETE /networks/lb-net': [[403, { message: 'has active endpoints' }], [204]] })
  expect(await removeNetwork('lb')).toBe(true)
  expect(engine.requests).toHaveLength(2)
})

it('is no failure where it is gone already', async () => {
  await start({ 'DELETE /networks/lb-net': [[404]] })
  expect(await removeNetwork('lb')).toBe(false)
})

it('says what the engine has against it', async () => {
  await start({ 'POST /networks/create': [[500, { message: 'no address pool is free' }]] })
  await expect(makeNetwork('lb')).rejects.toThrow(
    'the engine could not make the network lb-net: it answered 500 no address pool is free',
  )
})

async function start(answers: Readonly<Record<string, readonly StubAnswer[]>>): Promise<void> {
  engine = await stubEngine(answers)
  vi.stubEnv('DOCKER_HOST', `unix://${engine.socketPath}`)
}
