import { expect, it } from 'vitest'
import { tinyPlugin, tinySubject } from '../test/tiny-driver.ts'
import { conformance } from './index.ts'
import { rules } from './rules.ts'

interface Entry {
  readonly name: string
  readonly run: (() => Promise<void>) | undefined
  readonly timeoutMs?: number | undefined
}

/** What a runner is told, without running anything. */
function told(subject: Parameters<typeof conformance>[1]): {
  readonly suites: readonly string[]
  readonly tests: readonly Entry[]
} {
  const suites: string[] = []
  const tests: Entry[] = []
  const describe = (name: string, body: () => void): void => {
    suites.push(name)
    body()
  }
  const one = (name: string, run: () => Promise<void>, timeoutMs?: number): void =>
    void tests.push({ name, run, timeoutMs })
  conformance(
    { describe, it: Object.assign(one, { skip: (name: string) => void tests.push({ name, run: undefined }) }) },
    subject,
  )
  return { suites, tests }
}

const subject = tinySubject() as unknown as Parameters<typeof conformance>[1]

it('gives the runner one test for each rule, under its id, in the order of the contract', () => {
  const { suites, tests } = told(subject)
  expect(suites).toEqual(['tiny keeps the driver contract'])
  expect(tests.map(({ name }) => name.split(':')[0])).toEqual(rules.map(({ id }) => id))
})

it('skips what does not apply and what nobody can prove, and says why', () => {
  const names = told(subject)
    .tests.filter(({ run }) => run === undefined)
    .map(({ name }) => name)
  expect(names).toContainEqual(expect.stringMatching(/^suspend\/twice: .* \[not-declared\]$/))
  expect(names).toContainEqual(expect.stringMatching(/^build\/refuses-undeclared-userData: .* \[declared\]$/))
  expect(names).toContainEqual(expect.stringMatching(/^fault\/401: .* \[unproven: needs inject, requests\]$/))
})

it('passes a test whose rule is kept, and fails one whose rule is broken, with the reason', async () => {
  const wrong = tinySubject(tinyPlugin(() => ({ find: async () => [] }))) as unknown as typeof subject
  const run = (of: typeof subject, id: string): Promise<void> | undefined =>
    told(of)
      .tests.find(({ name }) => name.startsWith(`${id}:`))
      ?.run?.()
  await expect(run(subject, 'find/one')).resolves.toBeUndefined()
  await expect(run(wrong, 'find/one')).rejects.toThrow(/no amphora of ours has this name/)
})

it('asks the runner for more time than its default', () => {
  expect(told(subject).tests.find(({ run }) => run !== undefined)?.timeoutMs).toBeGreaterThan(5_000)
})

it('lets rules run side by side where the runner can and each has a backend of its own, but for those that are disturbed', () => {
  const [apart, inOrder]: [string[], string[]] = [[], []]
  const one = Object.assign((name: string) => void inOrder.push(name), { skip: () => undefined })
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    it: one,
    concurrently: (name: string) => void apart.push(name),
  }
  conformance(runner, subject)
  const shared = { ...subject }
  delete (shared as { open?: unknown }).open
  const ids = (names: readonly string[]): readonly string[] => names.map((name) => name.split(':')[0] ?? '')
  expect(ids(apart)).toContain('find/one')
  expect(ids(inOrder)).toContain('hygiene/event-loop')
  const before = apart.length
  conformance(runner, shared)
  expect(apart).toHaveLength(before)
})
