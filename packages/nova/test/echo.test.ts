import { channel } from 'node:diagnostics_channel'
import { createCompute } from '@amphora/core'
import type { FakeResponse, RecordedRequest } from '@amphora/conformance/fake-server'
import { testCall } from '@amphora/fake-openstack'
import { afterEach, describe, expect, it } from 'vitest'
import { nova } from '../src/index.ts'
import { bench, failure, optionsFor, type Bench } from './driver.ts'
import { everything, Logbook } from './logbook.ts'
import { FLAVOR, IMAGE, NETWORK, order } from './order.ts'

let open: Bench | undefined
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = undefined
})

const CANARY = 'canary-4711'
const KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB ${CANARY}-key`
const USER_DATA = `#!/bin/sh\n# ${CANARY}-user-data\n`
const FILE = `${CANARY}-file`
const request = {
  name: 'web-1',
  flavor: FLAVOR,
  imageId: IMAGE,
  networkIds: [NETWORK],
  keys: [KEY],
  userData: USER_DATA,
  configDriveFiles: { '/etc/x': FILE },
} as const

/** Plain, and in the base64 in which it is sent, by the part of it that does not hang on what is around. */
const SECRETS = [CANARY, 'AAAAC3NzaC1lZDI1NTE5AAAAIB', ...[0, 1, 2].map(inBase64)]

function inBase64(shift: number): string {
  return Buffer.from(' '.repeat(shift) + CANARY)
    .toString('base64')
    .slice(4, 12)
}

/** What a Nova may say of a request: all of them repeat it. */
const echoes: Readonly<Record<string, (text: string) => FakeResponse>> = {
  'in the words of its schema': (text) => ({
    status: 400,
    json: {
      badRequest: {
        code: 400,
        message: `Invalid input for field/attribute server. Value: ${text}. Additional properties are not allowed`,
      },
    },
  }),
  'before any word of its own': (text) => ({ status: 400, json: { badRequest: { code: 400, message: text } } }),
  'from where its secrets begin': (text) => ({
    status: 400,
    json: { badRequest: { code: 400, message: text.slice(text.search(new RegExp(SECRETS.join('|')))) } },
  }),
  'as a conflict': (text) => ({ status: 409, json: { conflictingRequest: { code: 409, message: `x ${text}` } } }),
  'as a fault': (text) => ({ status: 500, json: { computeFault: { code: 500, message: text } } }),
  'in a page of a gateway': (text) => ({ status: 502, text: `<html>${text}</html>` }),
  'as a success': (text) => ({ status: 202, json: { server: { id: text, adminPass: CANARY } } }),
  'as a success that is no JSON': (text) => ({ status: 202, text }),
  'in its headers': (text) => ({ status: 400, headers: { warning: text.replaceAll(/\s/g, ' '), location: CANARY } }),
}

function echoing({ cloud }: Bench, answer: (text: string) => FakeResponse): void {
  cloud.server.route('POST /v2.1/servers', (asked: RecordedRequest) => answer(asked.text()))
}

describe.each(Object.entries(echoes))('a request that is repeated %s', (_what, answer) => {
  it('shows in no message, cause, JSON, inspection or log of the driver', async () => {
    open = await bench()
    echoing(open, answer)
    const logbook = new Logbook()
    const driver = open.connect({ logger: logbook, files: 'personality' })
    for (const one of [driver, open.connect({ logger: logbook })]) {
      const error = await failure(
        one.build(
          order({
            nameIsFresh: true,
            keys: [KEY],
            userData: Buffer.from(USER_DATA),
            files: [{ path: '/etc/x', bytes: Buffer.from(FILE) }],
          }),
          testCall({ logger: logbook }),
        ),
      )
      const shown = [everything(error), everything(one), ...logbook.lines].join('\n')
      for (const secret of SECRETS) expect(shown).not.toContain(secret)
    }
    expect(open.cloud.server.count('POST /v2.1/servers')).toBe(2)
  })

  it('shows in no error, event or log of a Compute', async () => {
    open = await bench()
    echoing(open, answer)
    const logbook = new Logbook()
    const events: string[] = []
    const hear = (event: unknown): void => void events.push(everything(event))
    const events$ = channel('amphora.event')
    events$.subscribe(hear)
    const compute = await createCompute({
      drivers: { east: nova(optionsFor(open.cloud, { settleMs: 0 })) },
      logger: logbook,
    })
    try {
      const error = await failure(compute.build(request, { timeoutMs: 3_000 }))
      const shown = [everything(error), everything(compute), ...logbook.lines, ...events].join('\n')
      for (const secret of SECRETS) expect(shown).not.toContain(secret)
    } finally {
      events$.unsubscribe(hear)
      await compute.close()
    }
  })
})

describe('the password that Nova sends along', () => {
  it('shows nowhere', async () => {
    open = await bench()
    const logbook = new Logbook()
    const driver = open.connect({ logger: logbook })
    await using _fault = await open.cloud.server.inject({
      kind: 'wrong-shape',
      on: 'POST /v2.1/servers',
      json: { server: { id: '15d64a1f-dc66-4ee0-8a05-817616211f62', adminPass: CANARY } },
    })
    const id = await driver.build(order({ nameIsFresh: true }), testCall({ logger: logbook }))
    expect(id).toBe('15d64a1f-dc66-4ee0-8a05-817616211f62')
    expect([everything(driver), ...logbook.lines].join('\n')).not.toContain(CANARY)
  })
})

describe('the canaries', () => {
  it('are really sent, in the forms that are looked for', async () => {
    open = await bench()
    const driver = open.connect({ files: 'personality' })
    await driver.build(
      order({ nameIsFresh: true, userData: Buffer.from(USER_DATA), files: [{ path: '/x', bytes: Buffer.from(FILE) }] }),
      testCall(),
    )
    const sent = open.cloud.server.requests('POST /v2.1/servers')[0]?.text() ?? ''
    expect(SECRETS.some((secret) => sent.includes(secret))).toBe(true)
  })
})
