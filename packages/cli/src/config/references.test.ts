import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { resolved, resolveReferences } from './references.ts'

const env = { NAME: 'value', EMPTY: '', TRICK: '${NAME}' }

describe('a text', () => {
  it.each([
    ['${NAME}', 'value'],
    ['a-${NAME}-${NAME}', 'a-value-value'],
    ['${EMPTY}', ''],
    ['${UNSET:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${NAME:-other}', 'value'],
    ['${UNSET:-}', ''],
    ['$${NAME}', '${NAME}'],
    ['$NAME costs $5', '$NAME costs $5'],
    ['${TRICK}', '${NAME}'],
  ])('%s becomes %s', (given, text) => {
    expect(resolved(given, env)).toEqual({ text, faults: [] })
  })

  it('names a variable that is not set', () => {
    const { faults } = resolved('${ONE}${TWO}', env)
    expect(faults).toEqual([
      'needs the environment variable ONE, which is not set',
      'needs the environment variable TWO, which is not set',
    ])
  })

  it('that begins a reference and does not end it is refused without being quoted', () => {
    const { faults } = resolved('pa55-${w0rd', env)
    expect(faults).toHaveLength(1)
    expect(faults.join()).not.toContain('w0rd')
  })
})

describe('a document', () => {
  it('is resolved in its values, in lists and below, and not in its keys', () => {
    const document = parseDocument('"${NAME}":\n  - a: "${NAME}"\n  - ${NAME}\n  - 5\n')
    expect(resolveReferences(document, env)).toEqual([])
    expect(document.toJS()).toEqual({ '${NAME}': [{ a: 'value' }, 'value', 5] })
  })

  it('tells the place of every fault', () => {
    const document = parseDocument('a:\n  b:\n    - x\n    - c: ${UNSET}\n')
    expect(resolveReferences(document, env)).toEqual([
      { path: ['a', 'b', 1, 'c'], text: 'needs the environment variable UNSET, which is not set' },
    ])
  })

  it('keeps what the environment says a text, whatever it looks like', () => {
    const document = parseDocument('a: ${N}\n')
    resolveReferences(document, { N: '12' })
    expect(document.toJS()).toEqual({ a: '12' })
  })
})
