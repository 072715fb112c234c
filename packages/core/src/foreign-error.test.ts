import { inspect } from 'node:util'
import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { withoutSecrets } from './foreign-error.ts'

const LEFT_OUT = 'text left out, since it may hold secrets'
const canary = 'canary7f3a'

function thrownBy(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}

describe('a foreign error', () => {
  it('keeps its name and its code, and not its text', () => {
    const kept = withoutSecrets(
      Object.assign(new Error(canary), { name: 'AxiosError', code: 'ERR_BAD_REQUEST', config: canary }),
    )
    expect([kept.name, kept.message]).toEqual(['AxiosError', `ERR_BAD_REQUEST: ${LEFT_OUT}`])
    expect(inspect(kept, { showHidden: true })).not.toContain(canary)
    expect(Object.keys(kept)).toEqual([])
    expect(withoutSecrets(new Error(canary)).message).toBe(LEFT_OUT)
  })

  it('is called Error where its name is no name, and has no code where its code is none', () => {
    for (const odd of ['', 'a b', 'a'.repeat(65), 'a\n', 7, undefined, { canary }]) {
      const kept = withoutSecrets(Object.assign(new Error('x'), { name: odd, code: odd }))
      expect([kept.name, kept.message]).toEqual(['Error', LEFT_OUT])
    }
    for (const good of ['E', 'a'.repeat(64), 'ERR_2', 'a.b:c-d']) {
      const kept = withoutSecrets(Object.assign(new Error('x'), { name: good, code: good }))
      expect([kept.name, kept.message]).toEqual([good, `${good}: ${LEFT_OUT}`])
    }
  })

  it('keeps a text of the language that speaks of code', () => {
    const nothing: { code: number } = JSON.parse('null')
    const endless = (): number => endless() + 1
    const texts = [
      () => Reflect.get({}, 'status').code,
      () => nothing.code,
      () => (nothing.code = 1),
      () => runInThisContext('missingName'),
      () => runInThisContext('{ early; let early }'),
      () => endless(),
      () => Array.from({ length: -1 }).concat(Reflect.construct(Array, [-1])),
      () => 'x'.repeat(2 ** 30),
    ].map((act) => withoutSecrets(thrownBy(act)).message)
    expect(texts).toEqual([
      "Cannot read properties of undefined (reading 'code')",
      "Cannot read properties of null (reading 'code')",
      "Cannot set properties of null (setting 'code')",
      'missingName is not defined',
      "Cannot access 'early' before initialization",
      'Maximum call stack size exceeded',
      'Invalid array length',
      'Invalid string length',
    ])
  })

  it('keeps no text of the language that quotes data', () => {
    const data = JSON.parse(JSON.stringify(canary))
    const texts = [
      () => 'id' in Object(data) || 'id' in data,
      () => new Map(data),
      () => new Map([data]),
      () => [1].map(data),
      () => Object.create(data),
      () => Object.assign(data, [1]),
      () => Buffer.alloc(data),
      () => JSON.parse(canary),
      () => BigInt(canary),
      () => Reflect.get(JSON.parse('{}'), 'x')[`${canary} with blanks`],
    ].map((act) => thrownBy(act))
    for (const thrown of texts) {
      expect(thrown).toBeInstanceOf(Error)
      expect(inspect(withoutSecrets(thrown), { showHidden: true })).not.toContain(canary)
    }
  })

  it.each([
    ['Error', 'Invalid array length'],
    ['SyntaxError', 'missingName is not defined'],
    ['TypeError', 'x Invalid array length'],
    ['TypeError', 'Invalid array length x'],
    ['TypeError', "Cannot read properties of undefined (reading 'two words')"],
    ['TypeError', `Cannot read properties of undefined (reading '${'a'.repeat(41)}')`],
    ['ReferenceError', 'two words is not defined'],
    ['ReferenceError', `${'a'.repeat(41)} is not defined`],
    ['RangeError', `Maximum call stack size exceeded\n${canary}`],
  ])('of the name %s keeps no text like %j', (name, message) => {
    expect(withoutSecrets(Object.assign(new Error(message), { name })).message).toBe(LEFT_OUT)
  })

  it.each([
    "Cannot read properties of undefined (reading 'code')",
    "Cannot set properties of null (setting 'code')",
    'missingName is not defined',
    "Cannot access 'early' before initialization",
    'Maximum call stack size exceeded',
    'Invalid array length',
  ])('keeps no text that only begins or ends with: %s', (shape) => {
    for (const text of [`${canary}: ${shape}`, `${canary} ${shape}`, `${shape} ${canary}`, `${shape}\n${canary}`]) {
      expect(withoutSecrets(new TypeError(text)).message).toBe(LEFT_OUT)
    }
    expect(withoutSecrets(new TypeError(shape)).message).toBe(shape)
  })

  it('keeps names of 40 letters at most', () => {
    const name = 'a'.repeat(40)
    expect(withoutSecrets(new ReferenceError(`${name} is not defined`)).message).toBe(`${name} is not defined`)
    expect(withoutSecrets(new TypeError(`Cannot read properties of undefined (reading '${name}')`)).message).toContain(
      name,
    )
  })
})

describe('the stack of a foreign error', () => {
  it('shows where it was thrown, under its kept text', () => {
    const kept = withoutSecrets(new TypeError(canary))
    const [head, first, ...others] = kept.stack?.split('\n') ?? []
    expect(head).toBe(`TypeError: ${LEFT_OUT}`)
    expect(first).toMatch(/^ {4}at .*foreign-error\.test\.ts:\d+:\d+\)?$/)
    expect(others.length).toBeGreaterThan(2)
    expect(Object.keys(kept)).not.toContain('stack')
  })

  const frames = (stack: unknown, message: string = 'm'): readonly string[] => {
    const thrown = Object.assign(new Error(message), { stack })
    return (withoutSecrets(thrown).stack ?? '').split('\n').slice(1)
  }

  it('shows twelve places at most', () => {
    const many = Array.from({ length: 20 }, (_, line) => `    at f (file:///a.js:${line}:1)`)
    expect(frames(['Error: m', ...many].join('\n'))).toEqual(many.slice(0, 12))
  })

  it.each([
    '    at f (file:///a/b.js:1:2)',
    '    at async Foo.bar [as baz] (/a/b.js:10:20)',
    '    at file:///a/b.js:1:2',
    '    at async file:///a/b.js:1:2',
    '    at node:internal/x:1:2',
    '    at new Foo (node:internal/x:1:2)',
    '    at f (C:\\Program Files (x86)\\b.js:1:2)',
  ])('takes for a place: %s', (line) => {
    expect(frames(`Error: m\n${line}`)).toEqual([line])
  })

  it.each([
    `    at ${canary}`,
    `at f (file:///${canary}:1:2)`,
    `     at f (file:///${canary}:1:2)`,
    `    at com.acme.Foo.bar(${canary}.java:12)`,
    `    at f (https://host/${canary}:1:2)`,
    `    at f (file:///${canary}:1:2) and more`,
    `    at f (file:///${canary}:1)`,
    `    at f (file:///${canary}:1:x)`,
    `    at f (file:///${canary.repeat(60)}:1:2)`,
    `    at ${canary.repeat(30)} (file:///a:1:2)`,
    `x    at f (file:///${canary}:1:2)`,
  ])('takes for no place: %s', (line) => {
    expect(frames(`Error: m\n${line}`)).toEqual([])
  })

  it('shows nothing of a text that looks like places', () => {
    const text = `backend said\n    at ${canary} (file:///x:1:2)\n    at f (/${canary}:1:2)`
    const stack = withoutSecrets(new Error(text)).stack ?? ''
    expect(stack).not.toContain(canary)
    expect(stack).toContain('foreign-error.test.ts')
  })

  it('shows the places also where the text was changed after it was thrown', () => {
    const thrown = new Error('before')
    thrown.message = canary
    expect(withoutSecrets(thrown).stack).toContain('foreign-error.test.ts')
  })

  it('may be left out', () => {
    for (const stack of [undefined, '']) expect(frames(stack)).toEqual([])
  })
})

describe('what is no error', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [canary, 'string'],
    [{ message: canary }, 'object'],
    [() => canary, 'function'],
  ])('%s is told by its type', (thrown, type) => {
    expect(withoutSecrets(thrown).message).toBe(`not an error was thrown, but a value of type ${type}`)
  })

  it('may be something that throws when it is looked at', () => {
    const hostile = new Error('x')
    Object.defineProperty(hostile, 'message', {
      get: () => {
        throw new Error(canary)
      },
    })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const thrown of [hostile, proxy]) {
      expect(withoutSecrets(thrown).message).toBe('not an error was thrown, but a value of type object')
    }
  })
})
