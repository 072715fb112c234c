import { createCompute, type Bindings } from '@amphora/core'
import { World } from '@amphora/noop'
import { afterEach, expect, it, vi } from 'vitest'
import { stubEngine, type StubEngine } from '../../test/stub-engine.ts'
import { CleanUp } from '../clean-up.ts'
import { markOf } from '../docker/mark.ts'
import { orderFor } from '../order.ts'
import type { Scene } from '../scene.ts'
import { noopStage } from '../stage/noop.ts'
import { furnish } from './furnish.ts'

const MADE = {
  'POST /networks/create': [[201]],
  'POST /containers/create': [[201]],
  'POST /containers/lb-web-1/start': [[204]],
  'POST /containers/lb-web-2/start': [[204]],
  'DELETE /networks/lb-net': [[204]],
  'DELETE /containers/lb-web-1': [[204]],
  'DELETE /containers/lb-web-2': [[204]],
} as const
const say = { progress: () => undefined, detail: () => undefined }
const controller = new AbortController()
let engine: StubEngine

afterEach(async () => {
  vi.unstubAllEnvs()
  await engine.close()
})

it('makes a network and two servers, and puts them on the clean-up', async () => {
  const scene = await sceneOn(MADE)
  expect(await furnish.run(scene, say)).toBe('lb-net, lb-web-1, lb-web-2')
  expect(await scene.cleanUp.run()).toEqual({
    done: ['removed the web server lb-web-2', 'removed the web server lb-web-1', 'removed the network lb-net'],
    left: [],
  })
})

it('takes over servers that an earlier run left', async () => {
  const shown = [[200, { Config: { Labels: markOf('lb') } }]] as const
  const scene = await sceneOn({
    ...MADE,
    'POST /networks/create': [[409]],
    'GET /networks/lb-net': [[200, { Labels: markOf('lb') }]],
    'POST /containers/create': [[409]],
    'GET /containers/lb-web-1/json': shown,
    'GET /containers/lb-web-2/json': shown,
    'POST /containers/lb-web-1/start': [[304]],
  })
  expect(await furnish.run(scene, say)).toBe('lb-net (left by an earlier run), lb-web-1, lb-web-2')
})

it("neither starts nor removes somebody else's container", async () => {
  const scene = await sceneOn({
    ...MADE,
    'POST /containers/create': [[409]],
    'GET /containers/lb-web-1/json': [[200, { Config: { Labels: { theirs: 'yes' } } }]],
  })
  await expect(furnish.run(scene, say)).rejects.toThrow('there is a container lb-web-1 that this demo did not make')
  expect(await scene.cleanUp.run()).toEqual({ done: ['removed the network lb-net'], left: [] })
  expect(engine.requests.filter((request) => request.includes('web-1'))).toEqual(['GET /containers/lb-web-1/json'])
})

it('removes also what may have been made although the engine said that it failed', async () => {
  const scene = await sceneOn({ ...MADE, 'POST /containers/lb-web-1/start': [[500, { message: 'no' }]] })
  await expect(furnish.run(scene, say)).rejects.toThrow('could not start lb-web-1: it answered 500 no')
  const { done } = await scene.cleanUp.run()
  expect(done).toEqual(['removed the web server lb-web-1', 'removed the network lb-net'])
})

async function sceneOn(answers: Parameters<typeof stubEngine>[0]): Promise<Scene> {
  engine = await stubEngine(answers)
  vi.stubEnv('DOCKER_HOST', `unix://${engine.socketPath}`)
  const stage = noopStage(new World())
  const drivers: Bindings = { local: stage.binding }
  const compute = await createCompute({ drivers })
  const request = orderFor(stage, 'lb')
  return { stage, compute, request, cleanUp: new CleanUp(), signal: controller.signal, built: { id: '' } }
}
