import type { Amphora } from '@amphora/core'
import { afterAll, describe, expect, it } from 'vitest'
import { amphora, folder, plantedConfig, type Ran } from '../../test/test-host.ts'

const home = folder(plantedConfig({ world: 'lifecycle' }))
const run = (...argv: string[]): Promise<Ran> => amphora(argv, { cwd: home.path })
afterAll(() => home.remove())

const done = (stdout: unknown): Ran => ({ exitCode: 0, stdout: stdout as string, stderr: '' })

describe('one amphora, each command on its own', () => {
  let id = ''

  it('is built, and its id is all that is printed', async () => {
    const built = await run('build', '--name', 'lb-1', '--wait')
    expect(built).toEqual(done(expect.stringMatching(/^lab\/[\w-]+\n$/)))
    id = built.stdout.trim()
  })

  it('is the same when the build is repeated', async () => {
    expect(await run('build', '--name', 'lb-1', '--json')).toEqual(done(`{"id":"${id}","name":"lb-1"}\n`))
    const waited: Amphora = JSON.parse((await run('build', '--name', 'lb-1', '--wait', '--json')).stdout)
    expect(waited).toMatchObject({ id, name: 'lb-1', status: { state: 'active' } })
  })

  it('is got by its id and by its name', async () => {
    const got = await run('get', id)
    expect(got.stdout).toMatch(new RegExp(`^name +lb-1\nid +${id}\ntype +VM\nstate +active\nsays +active\n`))
    expect(await run('get', 'lb-1')).toEqual(got)
    expect(JSON.parse((await run('get', 'lb-1', '--driver', 'lab', '--json')).stdout)).toMatchObject({
      id,
      name: 'lb-1',
    })
  })

  it('has a status', async () => {
    expect(await run('status', id)).toEqual(done(`id     ${id}\nstate  active\nsays   active\n`))
    expect(await run('status', 'lb-1', '--json')).toEqual(
      done(`{"id":"${id}","state":"active","up":true,"raw":"active"}\n`),
    )
  })

  it('is listed, as a table and as a line of JSON each', async () => {
    const table = await run('list')
    expect(table.stdout).toMatch(new RegExp(`^NAME  TYPE  STATE   ADDRESS   ID\nlb-1  VM    active  [\\d.]+  ${id}\n$`))
    const lines = (await run('list', '--json', '--driver', 'lab')).stdout.trim().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([expect.objectContaining({ id })])
  })

  it('is suspended, and twice is fine', async () => {
    expect(await run('suspend', 'lb-1', '--wait')).toEqual(done(''))
    expect(await run('suspend', id, '--json')).toEqual(done(`{"id":"${id}","verb":"suspend"}\n`))
    expect((await run('wait', id, 'suspended')).stdout).toContain('suspended')
  })

  it('is resumed, once', async () => {
    expect(await run('resume', id, '--wait', '--json')).toEqual(
      done(`{"id":"${id}","verb":"resume","state":"active"}\n`),
    )
    const again = await run('resume', id)
    expect(again.exitCode).toBe(6)
    expect(again.stderr).toMatch(/^error: Cannot resume .*\nwhy:   failed-precondition/s)
  })

  it('is deleted, and twice is fine, by id and by name', async () => {
    expect(await run('delete', 'lb-1', '--wait')).toEqual(done(''))
    expect(await run('delete', id)).toEqual(done(''))
    expect(await run('delete', 'lb-1', '--json')).toEqual(done('{"name":"lb-1","verb":"delete","state":"deleted"}\n'))
  })

  it('is gone', async () => {
    expect(await run('wait', id, 'deleted')).toEqual(done(''))
    expect(await run('wait', 'lb-1', 'deleted', '--json')).toEqual(done('{"name":"lb-1","state":"deleted"}\n'))
    expect(await run('wait', id, 'deleted', '--json')).toEqual(done(`{"id":"${id}","state":"deleted"}\n`))
    expect((await run('get', id)).exitCode).toBe(3)
    expect((await run('status', 'lb-1')).exitCode).toBe(3)
    expect((await run('suspend', 'lb-1')).exitCode).toBe(3)
    expect((await run('wait', 'lb-1')).exitCode).toBe(3)
    expect(await run('list')).toEqual(done(''))
    expect(await run('list', '--json')).toEqual(done(''))
  })
})
