import type { FakeResponse } from '@amphora/conformance/fake-server'

/** Thrown where a fake service refuses a request, with what it answers. */
export class Refusal extends Error {
  readonly answer: FakeResponse

  constructor(answer: FakeResponse) {
    super('the request is refused')
    this.answer = answer
  }
}

/** The answer of `work`, be it a refusal. */
export async function answered(work: () => FakeResponse | Promise<FakeResponse>): Promise<FakeResponse> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}
