import type { Fault, Verb } from '@amphora/conformance'
import { incarnationOf, nameOf } from '../../src/profiles/alteon-vx/encode.ts'
import { createSnmpAgent, type AgentQuestion, type AgentUser, type Reaction, type SnmpAgent } from '../snmp/agent.ts'
import type { Box, BoxWire } from '../simulator.ts'
import { AlteonBox } from './alteon-box.ts'

/** An ADC-VX behind a real agent on a real socket. */
export interface FakeAlteon extends Box {
  readonly agent: SnmpAgent
  readonly box: AlteonBox
  readonly wire: BoxWire
}

export interface FakeAlteonOptions {
  readonly users: readonly AgentUser[]
  readonly maxId?: number
  readonly units?: number
}

export async function createFakeAlteon({ users, ...size }: FakeAlteonOptions): Promise<FakeAlteon> {
  const box = new AlteonBox(size)
  const agent = await createSnmpAgent({ users, objects: () => box.objects(), set: (values) => box.set(values) })
  const { units } = box
  const idOf = (id: number, name: string): string => `${id}:${incarnationOf(name)}`
  const indexOf = (name: string): number | undefined =>
    box.vadcs().find(([, vadc]) => nameOf(vadc.name).endsWith(`-${name}`))?.[0]
  return {
    agent,
    box,
    wire: wireOf(agent),
    inventory: () => [
      ...box.vadcs().map(([id, { name }]) => idOf(id, name)),
      ...box.pending().map((id) => `not applied: ${id}`),
    ],
    holds: (name) => indexOf(name) !== undefined,
    plant: (name) => idOf(box.plant(name), name),
    force: (name, word) => box.force(indexOf(name) ?? 0, word),
    setFull: (isFull) => void (box.units = isFull ? 0 : units),
    setHeld: (isHeld) => box.setHeld(isHeld),
    close: () => agent.close(),
  }
}

/** The question that carries out each verb. */
const DEEDS: Readonly<Record<Verb, (question: AgentQuestion) => boolean>> = {
  build: ({ kind, oids }) => kind === 'set' && oids.some((oid) => oid.startsWith(`${CANDIDATE}.5.`)),
  delete: ({ kind, oids }) => kind === 'set' && oids.some((oid) => oid.startsWith(`${CANDIDATE}.9.`)),
  suspend: isStateChange,
  resume: isStateChange,
  status: isRow,
  getAmphora: isRow,
  find: isNames,
  list: isNames,
  watch: isNames,
  check: ({ kind, oids }) => kind === 'get' && oids.includes(`${VADC}.2.1.1.0`),
}

const CANDIDATE = '1.3.6.1.4.1.1872.2.6.1.1.1.4.1'

const VADC = '1.3.6.1.4.1.1872.2.6.1'

function isStateChange({ kind, oids }: AgentQuestion): boolean {
  return kind === 'set' && oids.length === 1 && oids.every((oid) => oid.startsWith(`${CANDIDATE}.8.`))
}

/** What a vADC is, in both of the questions that it takes to say so. */
function isRow({ kind, oids }: AgentQuestion): boolean {
  return kind === 'get' && oids.length > 2 && oids.some((oid) => oid.startsWith(`${VADC}.1.1.3.1.3.`))
}

/** Whatever begins a look at all of them. */
function isNames({ kind, oids }: AgentQuestion): boolean {
  const isTable = kind === 'getBulk' && oids.some((oid) => oid.startsWith(`${VADC}.1.1.3.1.`))
  return isTable || (kind === 'get' && oids.includes(`${VADC}.1.1.1.0`) && !oids.includes(`${VADC}.2.1.1.0`))
}

/** What a fault of HTTP is where there are only questions and answers of one datagram each. */
function reactionTo(fault: Fault): Reaction {
  switch (fault.kind) {
    case 'status':
      return STATUSES[fault.status] ?? { kind: 'status', status: GEN_ERR }
    case 'refuse':
    case 'reset-before':
    case 'hang':
      return { kind: 'silence', act: false }
    case 'lose-response':
    case 'slow-drip':
      return { kind: 'silence', act: true }
    case 'act-late':
      return { kind: 'silence', act: true, lateMs: fault.afterMs }
    case 'malformed':
      return { kind: 'other' }
    case 'empty':
      return { kind: 'empty' }
    case 'wrong-shape':
      return { kind: 'types' }
    case 'cut-body':
      return { kind: 'cut' }
    case 'huge-body':
      return { kind: 'huge' }
    case 'redirect':
      return { kind: 'request' }
    default:
      throw new Error(`no such fault: ${JSON.stringify(fault satisfies never)}`)
  }
}

const GEN_ERR = 5
const NO_ACCESS = 6
const NO_CREATION = 11
const INCONSISTENT_VALUE = 12
const RESOURCE_UNAVAILABLE = 13
/** usmStatsNotInTimeWindows, usmStatsWrongDigests. */
const NOT_IN_TIME = 2
const WRONG_DIGEST = 5

const STATUSES: Readonly<Record<number, Reaction>> = {
  401: { kind: 'report', stat: WRONG_DIGEST },
  403: { kind: 'status', status: NO_ACCESS },
  404: { kind: 'missing' },
  409: { kind: 'status', status: INCONSISTENT_VALUE },
  429: { kind: 'status', status: RESOURCE_UNAVAILABLE },
  500: { kind: 'status', status: GEN_ERR },
  502: { kind: 'report', stat: NOT_IN_TIME },
  503: { kind: 'report', stat: NOT_IN_TIME },
  504: { kind: 'report', stat: NOT_IN_TIME },
}

/** Of several faults that fit, the oldest is played. A SET that is to be `missing` is one of a row that is not there. */
function wireOf(agent: SnmpAgent): BoxWire {
  const faults = new Set<{ readonly fault: Fault; left: number }>()
  agent.intercept = (question) => {
    for (const one of faults) {
      if (one.left === 0 || !DEEDS[one.fault.on](question)) continue
      one.left -= 1
      const reaction = reactionTo(one.fault)
      const isAbsent = reaction.kind === 'missing' && question.kind === 'set'
      return isAbsent ? { kind: 'status', status: NO_CREATION } : reaction
    }
    return undefined
  }
  return {
    requests: () => agent.datagrams(),
    idle: () => agent.idle(),
    down: () => agent.down(),
    inject: (fault) => {
      const one = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
      faults.add(one)
      return Promise.resolve({ [Symbol.asyncDispose]: async () => void faults.delete(one) })
    },
  }
}
