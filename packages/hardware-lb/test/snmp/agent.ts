import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import library from 'net-snmp'

/** An object of an agent, as it is read. */
export interface AgentObject {
  readonly oid: string
  readonly value: number | string | Uint8Array | { readonly ip: string } | { readonly oid: string }
}

/** A value that somebody wants to set. */
export interface AgentSet {
  readonly oid: string
  readonly value: unknown
}

/** A question as it arrives, before it is answered. */
export interface AgentQuestion {
  readonly kind: 'get' | 'getNext' | 'getBulk' | 'set'
  readonly oids: readonly string[]
}

/**
 * What becomes of a question instead of an answer. `act`: whether a SET is carried out all the same.
 *
 * `silence`: no answer. `status`: an error status of RFC 3416. `report`: by which an agent says that it could not accept
 * the question (RFC 3414, 3.2), `times` 11 for the usmStats of `wrongDigests` and so on. `missing`: it has no such objects, but for those of every agent.
 * `other`: values of other objects. `empty`: no values. `types`: values of other types. `cut`: half of the datagram.
 * `huge`: texts of 60 000 bytes. `request`: a question instead of an answer. `plain`: a true answer without protection.
 */
export type Reaction =
  | { readonly kind: 'silence'; readonly act: boolean; readonly lateMs?: number }
  | { readonly kind: 'status'; readonly status: number; readonly act?: boolean }
  | { readonly kind: 'report'; readonly stat: 1 | 2 | 3 | 4 | 5 | 6 }
  | { readonly kind: 'missing' }
  | { readonly kind: 'other' | 'empty' | 'types' | 'cut' | 'huge' | 'request' | 'plain' }

export interface AgentOptions {
  /** Every object there is, in any order; asked anew for each question. */
  readonly objects: () => Iterable<AgentObject>
  /** Carries a SET out, all of it or nothing: the error status, 0 where it is done. Left out: all is read-only. */
  readonly set?: (values: readonly AgentSet[]) => number
  readonly users?: readonly AgentUser[]
  /** Of version 2c. They may read only. */
  readonly communities?: readonly string[]
}

export interface AgentUser {
  readonly name: string
  /** SHA-256. Left out: noAuthNoPriv. */
  readonly authKey?: string
  /** AES-128. */
  readonly privKey?: string
}

/** An SNMP agent on a real socket of 127.0.0.1. */
export interface SnmpAgent extends AsyncDisposable {
  readonly port: number
  /** How many datagrams have arrived. */
  datagrams(): number
  /** Called for every question that the agent has accepted; `undefined` answers it. */
  intercept: ((question: AgentQuestion) => Reaction | undefined) | undefined
  /** Values in an answer to GETBULK, at most. */
  mostValues: number
  /** From now on it believes to have been started so often, and just now. */
  restart(boots: number): void
  /** Nobody listens from now on. */
  down(): Promise<AsyncDisposable>
  /** Resolves when nothing is still to happen late. */
  idle(): Promise<void>
  /** Sends bytes to somebody from another port. */
  close(): Promise<void>
}

const { ObjectType } = library as { readonly ObjectType: Readonly<Record<string, number>> }
const NO_SUCH = { get: 'NoSuchInstance', next: 'EndOfMibView' } as const

/** Time window of RFC 3414, 2.2.3. */
const WINDOW_S = 150

/** Answers by net-snmp's own messages and keys; what it asks and enforces is written here. */
export async function createSnmpAgent(options: AgentOptions): Promise<SnmpAgent> {
  const { objects, set, users = [], communities = [] } = options
  const port = await freePort()
  let arrived = 0
  let boots = 1
  let startedAt = performance.now() - 1_000_000
  let socket: Socket | undefined
  const late = new Set<Promise<void>>()
  const lateTimers = new Set<NodeJS.Timeout>()

  const open = async (): Promise<void> => {
    const made = createSocket('udp4')
    const bind = made.bind.bind(made)
    made.bind = () => bind(port, '127.0.0.1')
    made.on('message', () => (arrived += 1))
    const agent = (library as LibraryWithAgent).createAgent(
      { address: '127.0.0.1', port: 1, dgramModule: { createSocket: () => made }, engineID: ENGINE_ID },
      () => {},
    )
    reportsWrongDigests(agent.listener.constructor as unknown as ListenerClass)
    const authorizer = agent.getAuthorizer()
    for (const community of communities) authorizer.addCommunity(community)
    for (const { name, authKey, privKey } of users) authorizer.addUser(userOf(name, authKey, privKey))
    Object.defineProperties(agent.engine, { engineBoots: { get: () => boots }, engineTime: { get: engineTime } })
    agent.getRequest = (at, message, from) => answer('get', at, message, from, agent)
    agent.getNextRequest = (at, message, from) => answer('getNext', at, message, from, agent)
    agent.getBulkRequest = (at, message, from) => answer('getBulk', at, message, from, agent)
    agent.setRequest = (at, message, from) => answer('set', at, message, from, agent)
    await once(made, 'listening')
    socket = made
  }

  const engineTime = (): number => Math.floor((performance.now() - startedAt) / 1000)

  function answer(kind: AgentQuestion['kind'], at: Socket, message: Message, from: RemoteInfo, agent: Agent): void {
    const security = message.msgSecurityParameters
    const isV3 = message.version === 3
    if (isV3 && message.hasAuthentication()) {
      const isInTime =
        security.msgAuthoritativeEngineBoots === boots &&
        Math.abs(security.msgAuthoritativeEngineTime - engineTime()) <= WINDOW_S
      if (!isInTime) return report(2, message, at, from, agent)
    }
    const question: AgentQuestion = { kind, oids: message.pdu.varbinds.map(({ oid }) => oid) }
    const reaction = made.intercept?.(question)
    if (reaction?.kind === 'report') return report(reaction.stat, message, at, from, agent)
    const { pdu } = message
    const response = pdu.getResponsePduForRequest()
    const send = (): void => {
      if (isV3)
        Object.assign(security, { msgAuthoritativeEngineBoots: boots, msgAuthoritativeEngineTime: engineTime() })
      sendAs(reaction, response, message, at, from, agent)
    }
    if (reaction?.kind === 'silence') {
      if (reaction.lateMs !== undefined) {
        const acting = new Promise<void>((resolve) => {
          const timer = setTimeout(() => {
            lateTimers.delete(timer)
            fill(kind, pdu, response)
            resolve()
          }, reaction.lateMs)
          lateTimers.add(timer)
        })
        late.add(acting)
        void acting.then(() => late.delete(acting))
      } else if (reaction.act) fill(kind, pdu, response)
      return
    }
    if (reaction?.kind === 'status') {
      if (reaction.act === true) fill(kind, pdu, response)
      response.errorStatus = reaction.status
      response.errorIndex = 1
      response.varbinds = pdu.varbinds.map(({ oid }) => ({ oid, type: ObjectType['Null'] ?? 5, value: null }))
      return send()
    }
    if (reaction?.kind === 'missing') {
      const type = kind === 'get' ? NO_SUCH.get : NO_SUCH.next
      const isOwn = (oid: string): boolean => kind === 'get' && oid.startsWith('1.3.6.1.2.1.1.')
      const own = [...objects()].map(varbindOf)
      response.varbinds = pdu.varbinds.map(
        ({ oid }) => own.find((one) => isOwn(oid) && one.oid === oid) ?? missing(oid, type),
      )
      return send()
    }
    fill(kind, pdu, response)
    send()
  }

  function fill(kind: AgentQuestion['kind'], pdu: Pdu, response: Pdu): void {
    const asked = pdu.varbinds
    if (kind === 'set') {
      const status = set === undefined ? 17 : set(asked)
      response.errorStatus = status
      response.errorIndex = status === 0 ? 0 : 1
      response.varbinds = asked
      return
    }
    const all = inOrder(objects())
    if (kind === 'get') {
      response.varbinds = asked.map(({ oid }) => all.byOid.get(oid) ?? missing(oid, NO_SUCH.get))
      return
    }
    const after = (oid: string): Varbind => all.sorted[all.firstAfter(oid)] ?? missing(oid, NO_SUCH.next)
    if (kind === 'getNext') {
      response.varbinds = asked.map(({ oid }) => after(oid))
      return
    }
    const told: Varbind[] = []
    let last = asked.map(({ oid }) => oid)
    for (let turn = 0; turn < (pdu.maxRepetitions ?? 0); turn += 1) {
      const row = last.map(after)
      told.push(...row)
      last = row.map(({ oid }) => oid)
      if (row.every(({ type }) => type === ObjectType['EndOfMibView'])) break
    }
    response.varbinds = told.slice(0, made.mostValues)
  }

  function report(stat: number, message: Message, at: Socket, from: RemoteInfo, agent: Agent): void {
    const plain = message.createReportResponseMessage(agent.engine, '', String(stat))
    // An agent signs what it says of its clock (RFC 3414, 3.2 step 7a).
    const isSigned = stat === 2 && message.hasAuthentication()
    if (!isSigned) return agent.listener.send(plain, from, at)
    const { constructor } = message as unknown as { readonly constructor: MessageClass }
    const header = { ...plain.msgGlobalData, msgFlags: 1 }
    const signed = constructor.createV3(message.user, header, plain.msgSecurityParameters, plain.pdu)
    agent.listener.send(signed, from, at)
  }

  const made: SnmpAgent = {
    port,
    datagrams: () => arrived,
    intercept: undefined,
    mostValues: 1_000,
    restart: (count) => {
      boots = count
      startedAt = performance.now()
    },
    down: async () => {
      const closing = socket
      socket = undefined
      if (closing !== undefined) {
        closing.close()
        await once(closing, 'close')
      }
      return { [Symbol.asyncDispose]: () => (socket === undefined ? open() : Promise.resolve()) }
    },
    idle: async () => void (await Promise.all(late)),
    close: async () => {
      for (const timer of lateTimers) clearTimeout(timer)
      const closing = socket
      socket = undefined
      if (closing === undefined) return
      closing.close()
      await once(closing, 'close')
    },
    [Symbol.asyncDispose]: () => made.close(),
  }
  await open()
  return made
}

/**
 * A UDP port that stays this agent's while it is down: it is none of those that the kernel gives to whoever asks for any
 * (on Linux from 32768 on).
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 21_000 + Math.floor(Math.random() * 11_000)
    const probe = createSocket('udp4').bind(port, '127.0.0.1')
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    probe.close()
    if (isFree) return port
  }
}

const ENGINE_ID = '80007ed9050102030405060708'

function sendAs(
  reaction: Reaction | undefined,
  response: Pdu,
  message: Message,
  at: Socket,
  from: RemoteInfo,
  agent: Agent,
): void {
  const kind = reaction?.kind
  if (kind === 'empty') response.varbinds = []
  if (kind === 'other') response.varbinds = response.varbinds.map((one) => ({ ...one, oid: '1.3.6.1.2.1.1.1.0' }))
  if (kind === 'types') response.varbinds = response.varbinds.map(otherType)
  if (kind === 'huge') response.varbinds = response.varbinds.slice(0, 1).map(hugeValue)
  if (kind === 'request') response.type = GET_REQUEST
  const sent = message.createResponseForRequest(response)
  if (kind === 'plain') sent.msgGlobalData.msgFlags = 0
  if (kind !== 'cut') return agent.listener.send(sent, from, at)
  const bytes = sent.toBuffer()
  at.send(bytes.subarray(0, bytes.length / 2), from.port, from.address)
}

const GET_REQUEST = 0xa0

/** RFC 3414, 3.2 step 6: who cannot prove who it is is told so, which net-snmp's agent leaves out. */
function reportsWrongDigests(listener: ListenerClass): void {
  const incoming = listener.processIncoming.bind(listener)
  if (listener.processIncoming.name === 'reporting') return
  // Whoever speaks version 3 asks first whom it speaks to, so that there is always one to learn the class from.
  let Known: { createFromBuffer(bytes: Uint8Array): Message } | undefined
  listener.processIncoming = function reporting(bytes, authorizer, callback) {
    let isWrong = false
    const told = incoming(bytes, authorizer, (error) => {
      isWrong = error instanceof Error && error.message.startsWith('Authentication digest')
      if (!isWrong) callback(error)
    })
    if (told?.msgGlobalData !== undefined) Known = told.constructor as unknown as typeof Known
    return isWrong && Known !== undefined
      ? ({ original: Known.createFromBuffer(bytes), report: true, errorType: '5' } as never)
      : told
  }
}

function otherType({ oid, type }: Varbind): Varbind {
  const isText = type === ObjectType['OctetString']
  return isText
    ? { oid, type: ObjectType['Integer'] ?? 2, value: 77 }
    : { oid, type: ObjectType['OctetString'] ?? 4, value: Buffer.from('seventy-seven') }
}

function hugeValue({ oid }: Varbind): Varbind {
  return { oid, type: ObjectType['OctetString'] ?? 4, value: Buffer.alloc(60_000, 'x') }
}

function missing(oid: string, type: string): Varbind {
  return { oid, type: ObjectType[type] ?? 0, value: null }
}

function varbindOf({ oid, value }: AgentObject): Varbind {
  if (typeof value === 'number') return { oid, type: ObjectType['Integer'] ?? 2, value }
  if (typeof value === 'string') return { oid, type: ObjectType['OctetString'] ?? 4, value: Buffer.from(value) }
  if (value instanceof Uint8Array) return { oid, type: ObjectType['OctetString'] ?? 4, value: Buffer.from(value) }
  if ('ip' in value) return { oid, type: ObjectType['IpAddress'] ?? 64, value: value.ip }
  return { oid, type: ObjectType['OID'] ?? 6, value: value.oid }
}

interface Ordered {
  readonly sorted: readonly Varbind[]
  readonly byOid: ReadonlyMap<string, Varbind>
  firstAfter(oid: string): number
}

/** Lists that stay the same are put in order once. */
const ordered = new WeakMap<object, Ordered>()

function inOrder(objects: Iterable<AgentObject>): Ordered {
  const known = ordered.get(objects)
  if (known !== undefined) return known
  const parted = [...objects].map((one) => ({ parts: one.oid.split('.').map(Number), varbind: varbindOf(one) }))
  parted.sort((a, b) => compare(a.parts, b.parts))
  const sorted = parted.map(({ varbind }) => varbind)
  const made: Ordered = {
    sorted,
    byOid: new Map(sorted.map((one) => [one.oid, one])),
    firstAfter: (oid) => {
      const parts = oid.split('.').map(Number)
      let low = 0
      for (let high = parted.length; low < high;) {
        const middle = (low + high) >> 1
        if (compare(parted[middle]?.parts ?? [], parts) > 0) high = middle
        else low = middle + 1
      }
      return low
    },
  }
  if (Array.isArray(objects)) ordered.set(objects, made)
  return made
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

function userOf(name: string, authKey: string | undefined, privKey: string | undefined): object {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = library as LibraryWithAgent
  if (authKey === undefined) return { name, level: SecurityLevel.noAuthNoPriv }
  const auth = { name, authProtocol: AuthProtocols.sha256, authKey }
  if (privKey === undefined) return { ...auth, level: SecurityLevel.authNoPriv }
  return { ...auth, level: SecurityLevel.authPriv, privProtocol: PrivProtocols.aes, privKey }
}

interface Varbind {
  readonly oid: string
  readonly type: number
  readonly value: unknown
}

interface Pdu {
  type: number
  varbinds: Varbind[]
  errorStatus: number
  errorIndex: number
  readonly maxRepetitions?: number
  getResponsePduForRequest(): Pdu
}

interface Message {
  readonly version: number
  readonly user: object
  readonly pdu: Pdu
  readonly msgGlobalData: { msgFlags: number }
  readonly msgSecurityParameters: { msgAuthoritativeEngineBoots: number; msgAuthoritativeEngineTime: number }
  hasAuthentication(): boolean
  createReportResponseMessage(engine: object, context: string, stat: string): Message
  createResponseForRequest(response: Pdu): Message
  toBuffer(): Buffer
}

interface ListenerClass {
  processIncoming: (bytes: Uint8Array, authorizer: object, callback: (error: unknown) => void) => Message | undefined
}

interface MessageClass {
  createV3(user: object, header: object, security: object, pdu: Pdu): Message
}

type Handle = (at: Socket, message: Message, from: RemoteInfo) => void

interface Agent {
  readonly engine: object
  readonly listener: { send(message: Message, from: RemoteInfo, at: Socket): void }
  getAuthorizer(): { addCommunity(community: string): void; addUser(user: object): void }
  getRequest: Handle
  getNextRequest: Handle
  getBulkRequest: Handle
  setRequest: Handle
}

interface LibraryWithAgent {
  readonly createAgent: (options: object, callback: () => void) => Agent
  readonly SecurityLevel: Readonly<Record<'noAuthNoPriv' | 'authNoPriv' | 'authPriv', number>>
  readonly AuthProtocols: { readonly sha256: unknown }
  readonly PrivProtocols: { readonly aes: unknown }
}
