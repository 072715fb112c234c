import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import * as core from './index.ts'
import * as testing from './testing/index.ts'

describe('what core exports', () => {
  it('is these values', () => {
    expect(Object.keys(core).sort()).toEqual([
      'AmphoraBuildError',
      'AmphoraComputeError',
      'DeleteFailed',
      'DriverLoadError',
      'Flights',
      'InstanceNotFoundError',
      'InvalidRequestError',
      'NotImplementedError',
      'NotSuspendedError',
      'Sightings',
      'buildError',
      'codeFromHttpStatus',
      'codeFromNodeError',
      'createCompute',
      'createRegistry',
      'defineDriver',
      'recovery',
      'registry',
      'retryAfterMs',
      'silentLogger',
      'systemClock',
    ])
  })

  it('is these values under ./testing', () => {
    expect(Object.keys(testing).sort()).toEqual(['Agenda', 'createManualClock'])
  })

  it('is described where it is written: every name has a docstring', async () => {
    const faces = ['./index.ts', './testing/index.ts'].map((face) => exportsOf(new URL(face, import.meta.url)))
    const bare: string[] = []
    for (const { name, file } of (await Promise.all(faces)).flat()) {
      const declared = `\\*/\\n(?://.*\\n)?export (?:declare |async )?(?:class|function|interface|type|const) ${name}\\b`
      if (!new RegExp(declared).test(await readFile(file, 'utf8'))) bare.push(name)
    }
    expect(bare).toEqual([])
  })
})

/** The names that an index re-exports, and the files that they come from. */
async function exportsOf(index: URL): Promise<readonly { readonly name: string; readonly file: URL }[]> {
  const text = await readFile(index, 'utf8')
  const lines = [...text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)]
  return lines.flatMap(([, names = '', path = '']) =>
    names.split(',').flatMap((part) => {
      const name = part.replace('type ', '').trim()
      return name === '' ? [] : [{ name, file: new URL(path, index) }]
    }),
  )
}
