import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const VADC = '.1.3.6.1.4.1.1872.2.6.1'
const APPLY = '.1.3.6.1.4.1.1872.2.5.1.1.1.2.0'
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphora-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Plays snmpd: asks an agent, one line after the other, and gives back what it says before it ends with its input. */
async function ask(agent: string, parameter: string, lines: readonly string[]): Promise<readonly string[]> {
  const file = fileURLToPath(new URL(`../appliance/${agent}`, import.meta.url))
  const child = spawn(process.execPath, [file, parameter], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let text = ''
  child.stdout.on('data', (data: Buffer) => (text += data.toString()))
  child.stdin.write(lines.map((line) => `${line}\n`).join(''))
  const wanted = lines.filter((line) => /^(PING|get|getnext|set)$/.test(line)).length
  const complete = (): boolean =>
    text.split('\n').filter((line) => /^(PONG|NONE|DONE|\.|[a-z]+-)/.test(line)).length >= wanted
  while (!complete()) await once(child.stdout, 'data')
  child.stdin.end()
  await ended
  return text.trimEnd().split('\n')
}

const set = (oid: string, value: string): readonly string[] => ['set', oid, value, ''] // snmpd sends an empty line after it

it('the vADC agent applies what was set, and knows it after it was started again', async () => {
  const file = join(folder, 'alteon.json')
  const row = (column: number): string => `${VADC}.1.1.4.1.${column}.3`
  const said = await ask('alteon-agent.mjs', file, [
    'PING',
    ...set(row(5), 'string "web.abcde"'),
    ...set(row(3), 'integer 9'),
    ...set(row(8), 'integer 2'),
    'get',
    `${VADC}.1.1.3.1.3.3`,
    ...set(APPLY, 'integer 2'),
  ])
  expect(said).toEqual(['PONG', 'DONE', 'DONE', 'DONE', 'NONE', 'DONE'])
  expect(await ask('alteon-agent.mjs', file, ['getnext', `${VADC}.1.1.3.1.3`])).toEqual([
    `${VADC}.1.1.3.1.3.3`,
    'string',
    'web.abcde',
  ])
  const [, type, bits] = await ask('alteon-agent.mjs', file, ['get', `${VADC}.1.1.3.1.2.3`])
  expect([type, bits?.slice(0, 8)]).toEqual(['octet', '00 40 00'])
})

it('the vADC agent refuses to apply more units than there are, and what is no column or out of range', async () => {
  const file = join(folder, 'alteon.json')
  const row = (column: number): string => `${VADC}.1.1.4.1.${column}.3`
  const said = await ask('alteon-agent.mjs', file, [
    ...set(row(5), 'string "web.abcde"'),
    ...set(row(6), 'integer 29'),
    ...set(APPLY, 'integer 2'),
    ...set(row(3), 'integer 4091'),
    ...set(row(99), 'integer 1'),
    ...set(`${VADC}.1.1.4.1.5.29`, 'string "far"'),
  ])
  expect(said).toEqual(['DONE', 'DONE', 'inconsistent-value', 'wrong-value', 'not-writable', 'not-writable'])
})

it('the agent beside Caddy shows an empty table where Caddy does not answer', async () => {
  expect(await ask('caddy-agent.mjs', join(folder, 'none.sock'), ['getnext', '.1.3.6.1.4.1.32473.1'])).toEqual(['NONE'])
})
