import type { AgentObject, AgentSet } from '../snmp/agent.ts'

/**
 * An ADC-VX as its agent shows it. The rules below that carry no other mark are from the vendor's MIB
 * (ADMIN-ALTEON-AC-vADC-MIB, revision of 2010; confidence: documentation); those marked *vendor-code* from its
 * alteon-sdk for Python. What the MIB leaves open is marked *assumed*.
 */
export class AlteonBox {
  #candidate = new Map<number, Vadc>()
  #current = new Map<number, Vadc>()
  readonly #status = new Map<number, number>()
  readonly #started = new Map<number, number>()
  #saved = new Map<number, Vadc>()
  #lastError = ''
  #savePending = NO_SAVE
  #isHolding = false
  #bootedAt = -1_000_000
  #shown: { readonly state: string; readonly objects: readonly AgentObject[] } | undefined
  readonly #maxId: number
  units: number
  /** Why nothing can be applied, whatever room there is. */
  refusal: string | undefined

  constructor({ maxId = 28, units = 28 }: { readonly maxId?: number; readonly units?: number } = {}) {
    this.#maxId = maxId
    this.units = units
  }

  /** Every vADC that holds. */
  vadcs(): readonly (readonly [number, Readonly<Vadc>])[] {
    return [...this.#current]
  }

  /** Every row that is written and does not hold. */
  pending(): readonly number[] {
    return [...this.#candidate.keys()].filter((id) => !this.#current.has(id))
  }

  get isSaved(): boolean {
    return this.#savePending === NO_SAVE
  }

  plant(name: string): number {
    const id =
      Array.from({ length: this.#maxId }, (_, at) => this.#maxId - at).find((one) => !this.#current.has(one)) ?? 0
    const vadc: Vadc = { ...EMPTY, name, units: 1, state: ENABLED, vlans: [] }
    this.#current.set(id, vadc)
    this.#candidate.set(id, vadc)
    this.#status.set(id, STATUS.running)
    return id
  }

  /** A word of `vADCInfoStatus`, and what is configured where the box would say so; any other word is a new one. */
  force(id: number, word: string): void {
    const vadc = this.#current.get(id)
    if (vadc === undefined) return
    const state = ['disabled', 'stopping'].includes(word) ? DISABLED : ENABLED
    this.#current.set(id, { ...vadc, state })
    this.#candidate.set(id, { ...vadc, state })
    this.#status.set(id, STATUS[word as keyof typeof STATUS] ?? 42)
    this.#started.delete(id)
  }

  /** What was not saved is gone. */
  reboot(): void {
    this.#bootedAt = performance.now()
    this.#current = new Map(this.#saved)
    this.#candidate = new Map(this.#saved)
    for (const id of this.#status.keys()) if (!this.#current.has(id)) this.#status.delete(id)
    this.#savePending = NO_SAVE
  }

  setHeld(isHeld: boolean): void {
    this.#isHolding = isHeld
  }

  /** The same list until something changes, or a second is over. */
  objects(): readonly AgentObject[] {
    this.#advance()
    const second = Math.floor(performance.now() / 1_000)
    const state = JSON.stringify([
      second,
      this.#bootedAt,
      this.units,
      this.#lastError,
      this.#savePending,
      ...this.#changes(),
    ])
    if (this.#shown?.state !== state) this.#shown = { state, objects: [...this.#tables()] }
    return this.#shown.objects
  }

  #changes(): readonly unknown[] {
    return [[...this.#candidate], [...this.#current], [...this.#status]]
  }

  *#tables(): Generator<AgentObject> {
    yield { oid: '1.3.6.1.2.1.1.2.0', value: { oid: '1.3.6.1.4.1.1872.1.13' } }
    yield { oid: '1.3.6.1.2.1.1.3.0', value: Math.floor((performance.now() - this.#bootedAt) / 10) }
    yield { oid: '1.3.6.1.2.1.1.5.0', value: 'alteon' }
    yield { oid: `${AGENT}.2.0`, value: 1 }
    yield { oid: `${AGENT}.3.0`, value: this.#savePending }
    yield { oid: `${AGENT}.4.0`, value: 1 }
    yield { oid: `${AGENT}.5.0`, value: 1 }
    yield { oid: `${AGENT}.16.0`, value: this.#lastError }
    yield { oid: `${VADC}.1.1.1.0`, value: this.#maxId }
    for (const [id, vadc] of this.#current) {
      const at = (column: number): string => `${VADC}.1.1.3.1.${column}.${id}`
      yield { oid: at(1), value: id }
      yield { oid: at(2), value: bitsOf(vadc.vlans) }
      yield { oid: at(3), value: vadc.name }
      yield { oid: at(4), value: vadc.units }
      yield { oid: at(5), value: vadc.limit }
      yield { oid: at(6), value: vadc.state }
      yield { oid: at(14), value: vadc.image }
      yield { oid: `${VADC}.1.1.5.1.1.${id}`, value: { ip: `192.0.2.${id}` } }
    }
    for (const [id, vadc] of this.#candidate) {
      yield { oid: `${VADC}.1.1.4.1.5.${id}`, value: vadc.name }
      yield { oid: `${VADC}.1.1.4.1.6.${id}`, value: vadc.units }
      yield { oid: `${VADC}.1.1.4.1.8.${id}`, value: vadc.state }
      yield { oid: `${VADC}.1.1.4.1.9.${id}`, value: vadc.isDeleted ? 2 : 1 }
    }
    yield { oid: `${VADC}.2.1.1.0`, value: Math.max(0, this.units - unitsOf(this.#current)) }
    yield { oid: `${VADC}.2.1.2.0`, value: 20_000 }
    for (const [id, status] of this.#status) {
      yield { oid: `${VADC}.2.1.3.1.1.${id}`, value: id }
      // vADCInfoName has at most 18 characters.
      yield { oid: `${VADC}.2.1.3.1.2.${id}`, value: (this.#current.get(id)?.name ?? '').slice(0, 18) }
      yield { oid: `${VADC}.2.1.3.1.3.${id}`, value: status }
    }
  }

  /** All of it or nothing of it (RFC 3416, 4.2.5). */
  set(values: readonly AgentSet[]): number {
    this.#advance()
    const before = new Map(this.#candidate)
    for (const { oid, value } of values) {
      const status = this.#setOne(oid, value)
      if (status === DONE) continue
      this.#candidate = before
      return status
    }
    return DONE
  }

  #setOne(oid: string, value: unknown): number {
    if (oid === `${AGENT}.2.0`) return value === DO_IT ? this.#apply() : WRONG_VALUE
    if (oid === `${AGENT}.4.0`) {
      this.#saved = new Map(this.#current)
      this.#savePending = NO_SAVE
      return DONE
    }
    if (oid === `${AGENT}.5.0`) {
      this.#candidate = new Map(this.#current)
      return DONE
    }
    const found = /^1\.3\.6\.1\.4\.1\.1872\.2\.6\.1\.1\.1\.4\.1\.(\d+)\.(\d+)$/.exec(oid)
    if (found === null) return NOT_WRITABLE
    const [, column, index] = found.map(Number)
    return this.#setCandidate(column ?? 0, index ?? 0, value)
  }

  /** No RowStatus: the first SET makes the row. */
  #setCandidate(column: number, id: number, value: unknown): number {
    if (id < 1 || id > this.#maxId) return NO_CREATION
    const row = this.#candidate.get(id)
    // *assumed*: what is not there cannot be deleted.
    if (column === 9 && row === undefined) return INCONSISTENT_NAME
    const changed = changedBy(row ?? EMPTY, column, value)
    if (typeof changed === 'number') return changed
    this.#candidate.set(id, changed)
    return DONE
  }

  /** *assumed*: the status is inconsistentValue, and agLastSetErrorReason says why. */
  #apply(): number {
    const wanted = [...this.#candidate].filter(([, { isDeleted }]) => !isDeleted)
    if (this.refusal !== undefined || unitsOf(new Map(wanted)) > this.units) {
      this.#lastError = this.refusal ?? 'Error: not enough capacity units for the configured vADCs'
      return INCONSISTENT_VALUE
    }
    for (const [id, vadc] of this.#candidate) {
      const was = this.#current.get(id)
      if (vadc.isDeleted) {
        this.#candidate.delete(id)
        this.#current.delete(id)
        this.#status.delete(id)
        this.#started.delete(id)
        continue
      }
      this.#current.set(id, vadc)
      if (vadc.state !== ENABLED) this.#status.set(id, STATUS.disabled)
      else if (was?.state !== ENABLED) {
        this.#status.set(id, STATUS.init)
        this.#started.set(id, performance.now())
      }
    }
    this.#savePending = SAVE_NEEDED
    return DONE
  }

  /** *assumed*: how long a vADC takes to start; it is minutes on a box. */
  #advance(): void {
    if (this.#isHolding) return
    for (const [id, at] of this.#started) {
      if (performance.now() - at < START_MS || this.#status.get(id) !== STATUS.init) continue
      this.#status.set(id, STATUS.running)
      this.#started.delete(id)
    }
  }
}

interface Vadc {
  readonly name: string
  readonly units: number
  readonly limit: number
  readonly state: number
  readonly vlans: readonly number[]
  readonly image: string
  readonly isDeleted: boolean
}

const VADC = '1.3.6.1.4.1.1872.2.6.1'
const AGENT = '1.3.6.1.4.1.1872.2.5.1.1.1'
const ENABLED = 2
const DISABLED = 3
const DO_IT = 2
const SAVE_NEEDED = 1
const NO_SAVE = 2
const START_MS = 20
const STATUS = { disabled: 0, init: 1, running: 2, down: 3, stopping: 4, restarting: 5, querying: 6 } as const
const EMPTY: Vadc = { name: '', units: 1, limit: 0, state: DISABLED, vlans: [], image: '', isDeleted: false }

/** RFC 3416, 3. */
const DONE = 0
const WRONG_LENGTH = 8
const WRONG_TYPE = 7
const WRONG_VALUE = 10
const NO_CREATION = 11
const INCONSISTENT_VALUE = 12
const NOT_WRITABLE = 17
const INCONSISTENT_NAME = 18

function changedBy(row: Vadc, column: number, value: unknown): Vadc | number {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString() : undefined
  const number = typeof value === 'number' ? value : undefined
  switch (column) {
    case 5:
      if (text === undefined) return WRONG_TYPE
      return text.length > 31 ? WRONG_LENGTH : { ...row, name: text, isDeleted: false }
    case 17:
      if (text === undefined) return WRONG_TYPE
      return text.length > 128 ? WRONG_LENGTH : { ...row, image: text }
    default:
      return number === undefined ? WRONG_TYPE : numberChangedBy(row, column, number)
  }
}

function numberChangedBy(row: Vadc, column: number, value: number): Vadc | number {
  switch (column) {
    case 3:
      // vADCNewCfgAddVlan: 1 to 4090.
      return value < 1 || value > 4_090 ? WRONG_VALUE : { ...row, vlans: [...row.vlans, value] }
    case 6:
      return value < 1 ? WRONG_VALUE : { ...row, units: value }
    case 7:
      // vADCNewCfgLimit: 0 to 20000.
      return value < 0 || value > 20_000 ? WRONG_VALUE : { ...row, limit: value }
    case 8:
      return value === ENABLED || value === DISABLED ? { ...row, state: value } : WRONG_VALUE
    case 9:
      return value === 1 || value === 2 ? { ...row, isDeleted: value === 2 } : WRONG_VALUE
    default:
      return NOT_WRITABLE
  }
}

function unitsOf(table: ReadonlyMap<number, Vadc>): number {
  return [...table.values()].reduce((sum, { units }) => sum + units, 0)
}

/** *vendor-code*: bit n, the highest of a byte first, is VLAN n (BeanUtils.decode_bmp_sub_one). */
function bitsOf(vlans: readonly number[]): Uint8Array {
  const bits = new Uint8Array(512)
  for (const vlan of vlans) bits[vlan >> 3] = (bits[vlan >> 3] ?? 0) | (0x80 >> (vlan & 7))
  return bits
}
