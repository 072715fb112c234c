import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPackage, FolderInUseError, templateFiles } from './create-package.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'create-package-'))
})
afterEach(() => rm(home, { recursive: true }))

async function filesIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe('a new package', () => {
  it('is written whole, into a folder that is made for it', async () => {
    const dir = join(home, 'some', 'where')
    const { name, folder, files, marks } = await createPackage({ name: 'acme', dir })
    expect({ name, folder }).toEqual({ name: 'amphora-driver-acme', folder: dir })
    expect((await filesIn(dir)).map((path) => path.slice(dir.length + 1)).sort()).toEqual(files)
    expect(files).toEqual(
      expect.arrayContaining(['.gitignore', 'LICENSE', 'README.md', 'package.json', 'test/fake-acme.ts']),
    )
    expect(files).toHaveLength((await templateFiles()).length)
    expect(marks).toBeGreaterThan(10)
  })

  it('goes into an empty folder that is there', async () => {
    await createPackage({ name: 'acme', dir: home })
    expect(await readdir(home)).toContain('package.json')
  })

  it.each([
    { name: 'acme' },
    { name: 'my-cloud', scope: '@some-org', type: 'HWLoadBalancer' },
    { name: 'my-cloud', type: 'Container' },
  ] as const)('has every placeholder replaced: %o', async (options) => {
    await createPackage({ ...options, dir: home })
    for (const path of await filesIn(home)) {
      const text = `${path}\n${await readFile(path, 'utf8')}`
      expect(text.replaceAll("'__proto__'", '')).not.toMatch(/__\w+__/)
    }
  })

  it('carries its name, its scope and its type', async () => {
    await createPackage({ name: 'my-cloud', scope: '@some-org', type: 'BareMetal', dir: home })
    const text = (path: string): Promise<string> => readFile(join(home, path), 'utf8')
    expect(JSON.parse(await text('package.json'))).toMatchObject({ name: '@some-org/amphora-driver-my-cloud' })
    expect(await text('README.md')).toMatch(/^# `@some-org\/amphora-driver-my-cloud`\n\n.* on the backend `my-cloud`\./)
    expect(await text('src/index.ts')).toContain('export { myCloud }')
    expect(await text('src/plugin.ts')).toContain("name: 'my-cloud'")
    expect(await text('src/capabilities.ts')).toContain("types: ['BareMetal']")
  })
})

describe('nothing is written', () => {
  it.each(['README.md', '.git'])('into a folder that holds so much as %s', async (name) => {
    await writeFile(join(home, name), 'theirs')
    await expect(createPackage({ name: 'acme', dir: home })).rejects.toThrow(FolderInUseError)
    expect(await readdir(home)).toEqual([name])
    expect(await readFile(join(home, name), 'utf8')).toBe('theirs')
  })

  it('where there is a file in place of the folder', async () => {
    await writeFile(join(home, 'file'), 'theirs')
    await expect(createPackage({ name: 'acme', dir: join(home, 'file') })).rejects.toThrow(FolderInUseError)
  })

  it('beside an empty folder of a bad name', async () => {
    await mkdir(join(home, 'new'))
    const refused = [{ name: 'Acme' }, { name: 'acme', scope: 'acme' }].map((options) =>
      expect(createPackage({ ...options, dir: join(home, 'new') })).rejects.toThrow(RangeError),
    )
    await Promise.all(refused)
    expect(await readdir(join(home, 'new'))).toEqual([])
  })
})
