import { expect, it } from 'vitest'
import { splitId } from '../fleet/id.ts'
import { withoutSecrets } from '../foreign-error.ts'
import { backendTextProblem } from './backend-text.ts'
import { fieldProblems, fileSetProblems } from './field-rules.ts'
import { filePathProblem } from './file-path.ts'
import { nameProblem } from './name.ts'
import { sshKeyProblem } from './ssh-key.ts'

/** The bound for 1 MB of input is 10 ms; a machine that is busy with something else gets five times that. */
const BOUND_MS = 50
const MEGABYTE = 1_000_000

const naming = { maxLength: 2 * MEGABYTE, pattern: /[a-z]+/ }
const validators: Readonly<Record<string, (text: string) => unknown>> = {
  name: (text) => nameProblem(text, undefined),
  'name of a driver': (text) => nameProblem(text, naming),
  path: filePathProblem,
  key: sshKeyProblem,
  'key with a type': (text) => sshKeyProblem(`ssh-rsa ${text}`),
  id: backendTextProblem,
  'routable id': (text) => {
    try {
      return splitId(text)
    } catch (error) {
      return error
    }
  },
  'all fields': (text) => [
    ...fieldProblems({
      flavor: text,
      imageId: text,
      keys: [text],
      secGroups: [text],
      networkIds: [text],
      portIds: [text],
    }),
  ],
  files: (text) => [...fileSetProblems({ [`/${text}`]: 'x' }, 5)],
  'foreign error': (text) => withoutSecrets(Object.assign(new TypeError(text), { code: text })),
}
const inputs: Readonly<Record<string, string>> = {
  letters: 'a'.repeat(MEGABYTE),
  blanks: ' '.repeat(MEGABYTE),
  slashes: '/'.repeat(MEGABYTE),
  'short segments': '/a'.repeat(MEGABYTE / 2),
  dots: '/..'.repeat(MEGABYTE / 3),
  'base64 that ends badly': `${'A'.repeat(MEGABYTE)}*`,
  padding: '='.repeat(MEGABYTE),
  'a letter, then two-byte ones': `a/${'ä'.repeat(MEGABYTE / 2)}`,
  'halves of pairs': '\ud800'.repeat(MEGABYTE / 3),
  frames: '    at x (file:///a:1:1\n'.repeat(MEGABYTE / 24),
  colons: `    at /${':1'.repeat(MEGABYTE / 2)}`,
}

it.each(Object.keys(validators))('checks 1 MB of anything as a %s within its bound', (what) => {
  const check = validators[what]
  const slow: string[] = []
  for (const [kind, text] of Object.entries(inputs)) {
    const tookMs = [1, 2, 3].map(() => {
      const start = performance.now()
      check?.(text)
      return performance.now() - start
    })
    if (Math.min(...tookMs) >= BOUND_MS) slow.push(kind)
  }
  expect(slow).toEqual([])
})
