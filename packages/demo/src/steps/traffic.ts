import { setTimeout as sleep } from 'node:timers/promises'
import { claim, DemoError } from '../claim.ts'
import { claimFromAll, claimInTurn } from '../docker/answers.ts'
import { SERVERS } from '../docker/web-server.ts'
import { ask } from '../http.ts'
import type { Say } from '../output/ledger.ts'
import type { Scene, Step } from '../scene.ts'

const REQUESTS = 6
const PATIENCE_MS = 10_000
const ANSWER_MS = 2_000
const SILENCE_MS = 500
const PAUSE_MS = 50

export const answersInTurn: Step = {
  title: 'send requests through it',
  run: async (scene, say) => {
    const answers = await severalAnswers(scene, say)
    claimInTurn(answers)
    return answers.join(', ')
  },
}

export const noAnswer: Step = {
  title: 'get no answer while it is suspended',
  run: async (scene) => {
    const answer = await ask(await addressOf(scene), SILENCE_MS, scene.signal)
    claim(answer === undefined, `nothing must answer while it is suspended, and "${answer}" came`)
    return `silence for ${SILENCE_MS} ms`
  },
}

/** Not in turn for certain: the request that nobody answered may come up now, and take a turn. */
export const answersAgain: Step = {
  title: 'get answers again',
  run: async (scene, say) => (await severalAnswers(scene, say)).join(', '),
}

/** Answers that come from both servers, and from nowhere else. */
async function severalAnswers(scene: Scene, say: Say): Promise<readonly string[]> {
  const url = await addressOf(scene)
  const answers = [await firstAnswer(url, scene.signal)]
  while (answers.length < REQUESTS) {
    const answer = await ask(url, ANSWER_MS, scene.signal)
    claim(answer !== undefined, `${url} must answer within ${ANSWER_MS / 1000} s, and did not`)
    answers.push(answer)
    say.progress(answers.join(', '))
  }
  claimFromAll(SERVERS, answers)
  return answers
}

/** HAProxy listens a moment after its container runs. */
async function firstAnswer(url: string, signal: AbortSignal): Promise<string> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const answer = await ask(url, ANSWER_MS, signal)
    if (answer !== undefined) return answer
    await sleep(PAUSE_MS, undefined, { signal })
  }
  throw new DemoError(
    `${url} must answer within ${PATIENCE_MS / 1000} s, and did not: this process must reach the engine's networks, ` +
      'as it does on Linux beside an engine that is neither rootless nor in a machine of its own',
  )
}

async function addressOf({ compute, built, signal }: Scene): Promise<string> {
  const { addresses } = await compute.getAmphora({ id: built.id }, { signal })
  const ip = addresses.find(({ family }) => family === 4)?.ip
  claim(ip !== undefined, 'it must have an IPv4 address, and has none')
  return `http://${ip}/`
}
