import { expect, it } from 'vitest'
import { pythonFiles } from './python-files.ts'

it('takes everything along that the services load, and nothing that Python has left', async () => {
  const paths = Object.keys(await pythonFiles())
  expect(paths).toEqual(
    expect.arrayContaining([
      'amphora_testbed-1.dist-info/METADATA',
      'amphora_testbed-1.dist-info/entry_points.txt',
      'database.py',
      'mint_token.py',
      'paste/nova.ini',
      'testbed_ironic.py',
      'testbed_ml2.py',
    ]),
  )
  expect(paths.filter((path) => path.includes('__pycache__'))).toEqual([])
})
