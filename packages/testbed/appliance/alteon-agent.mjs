// The vADC tables of a Radware Alteon ADC-VX, by the vendor's MIB (ADMIN-ALTEON-AC-vADC-MIB, revision of 2010): a candidate
// configuration that SET changes, and what holds, which apply makes of it. The configuration lies in a file, since snmpd
// takes its helpers with it. It knows the order of things, and nothing of an Alteon's limits or of how long it takes.
// usage: alteon-agent.mjs FILE
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { serve } from './pass-persist.mjs'

const VADC = '1.3.6.1.4.1.1872.2.6.1'
const AGENT = '1.3.6.1.4.1.1872.2.5.1.1.1'
const CANDIDATE = `${VADC}.1.1.4.1`
const IDS = Array.from({ length: 28 }, (_, at) => at + 1)
const UNITS = 28
const ENABLED = 2
const DISABLED = 3
const DO_IT = 2
const START_MS = 300
const EMPTY = { name: '', units: 1, limit: 0, state: DISABLED, vlans: [], image: '', isDeleted: false }
const file = process.argv[2]
const box = known() ?? { candidate: {}, current: {}, enabledAt: {}, lastError: '', isSaved: true }

serve(objects, (oid, value) => {
  const answer = set(oid, value)
  if (answer === 'DONE') keep()
  return answer
})

function objects() {
  return [
    [`${AGENT}.2.0`, 'integer', 1],
    [`${AGENT}.3.0`, 'integer', box.isSaved ? 2 : 1],
    [`${AGENT}.4.0`, 'integer', 1],
    [`${AGENT}.5.0`, 'integer', 1],
    [`${AGENT}.16.0`, 'string', box.lastError],
    [`${VADC}.1.1.1.0`, 'integer', IDS.length],
    [`${VADC}.2.1.1.0`, 'integer', Math.max(0, UNITS - unitsOf(box.current))],
    [`${VADC}.2.1.2.0`, 'integer', 20_000],
    ...IDS.flatMap((id) => candidateRow(id, box.candidate[id] ?? EMPTY)),
    ...Object.entries(box.current).flatMap(([id, vadc]) => currentRow(id, vadc)),
  ]
}

function candidateRow(id, vadc) {
  const at = (column) => `${CANDIDATE}.${column}.${id}`
  return [
    [at(3), 'integer', 0],
    [at(5), 'string', vadc.name],
    [at(6), 'integer', vadc.units],
    [at(7), 'integer', vadc.limit],
    [at(8), 'integer', vadc.state],
    [at(9), 'integer', vadc.isDeleted ? 2 : 1],
    [at(17), 'string', vadc.image],
  ]
}

function currentRow(id, vadc) {
  const at = (column) => `${VADC}.1.1.3.1.${column}.${id}`
  return [
    [at(1), 'integer', id],
    [at(2), 'octet', bitsOf(vadc.vlans)],
    [at(3), 'string', vadc.name],
    [at(4), 'integer', vadc.units],
    [at(5), 'integer', vadc.limit],
    [at(6), 'integer', vadc.state],
    [at(14), 'string', vadc.image],
    [`${VADC}.1.1.5.1.1.${id}`, 'ipaddress', `192.0.2.${id}`],
    [`${VADC}.2.1.3.1.1.${id}`, 'integer', id],
    [`${VADC}.2.1.3.1.2.${id}`, 'string', vadc.name.slice(0, 18)],
    [`${VADC}.2.1.3.1.3.${id}`, 'integer', statusOf(id, vadc)],
  ]
}

/** 0 disabled, 1 init, 2 running. */
function statusOf(id, { state }) {
  if (state !== ENABLED) return 0
  return Date.now() - (box.enabledAt[id] ?? 0) < START_MS ? 1 : 2
}

function set(oid, value) {
  if (oid === `${AGENT}.2.0`) return Number(value) === DO_IT ? apply() : 'wrong-value'
  if (oid === `${AGENT}.4.0`) {
    box.isSaved = true
    return 'DONE'
  }
  if (oid === `${AGENT}.5.0`) {
    box.candidate = structuredClone(box.current)
    return 'DONE'
  }
  const [column, id] = oid.startsWith(`${CANDIDATE}.`)
    ? oid
        .slice(CANDIDATE.length + 1)
        .split('.')
        .map(Number)
    : []
  if (!IDS.includes(id)) return 'not-writable'
  const changed = changedBy(box.candidate[id] ?? EMPTY, column, value)
  if (typeof changed === 'string') return changed
  box.candidate[id] = changed
  return 'DONE'
}

function changedBy(row, column, text) {
  const number = Number(text)
  switch (column) {
    case 3:
      return number < 1 || number > 4_090 ? 'wrong-value' : { ...row, vlans: [...row.vlans, number] }
    case 5:
      return text.length > 31 ? 'wrong-length' : { ...row, name: text, isDeleted: false }
    case 6:
      return number < 1 ? 'wrong-value' : { ...row, units: number }
    case 7:
      return number < 0 || number > 20_000 ? 'wrong-value' : { ...row, limit: number }
    case 8:
      return [ENABLED, DISABLED].includes(number) ? { ...row, state: number } : 'wrong-value'
    case 9:
      return [1, 2].includes(number) ? { ...row, isDeleted: number === 2 } : 'wrong-value'
    case 17:
      return text.length > 128 ? 'wrong-length' : { ...row, image: text }
    default:
      return 'not-writable'
  }
}

function apply() {
  const wanted = Object.fromEntries(
    Object.entries(box.candidate).filter(([, { name, isDeleted }]) => name !== '' && !isDeleted),
  )
  if (unitsOf(wanted) > UNITS) {
    box.lastError = 'Error: not enough capacity units for the configured vADCs'
    keep()
    return 'inconsistent-value'
  }
  for (const [id, { state }] of Object.entries(wanted)) {
    if (state === ENABLED && box.current[id]?.state !== ENABLED) box.enabledAt[id] = Date.now()
  }
  box.current = wanted
  box.candidate = structuredClone(wanted)
  box.isSaved = false
  return 'DONE'
}

function unitsOf(table) {
  return Object.values(table).reduce((sum, { units }) => sum + units, 0)
}

/** Bit n, the highest of a byte first, is VLAN n; in hexadecimal, as snmpd takes an `octet`. */
function bitsOf(vlans) {
  const bytes = Buffer.alloc(512)
  for (const vlan of vlans) bytes[vlan >> 3] |= 0x80 >> (vlan & 7)
  return bytes.toString('hex').replaceAll(/..(?=.)/g, '$& ')
}

function known() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

function keep() {
  writeFileSync(`${file}.new`, JSON.stringify(box))
  renameSync(`${file}.new`, file)
}
