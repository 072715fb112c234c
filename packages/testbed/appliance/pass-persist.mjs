// The pass_persist protocol of Net-SNMP's snmpd (snmpd.conf(5)): it starts the helper once and asks line by line, PING,
// get, getnext and set. Three rules that its manual does not tell:
//   - after a set snmpd sends one more line, which is empty;
//   - only what can be read can be set, so a table that is filled by SET has to show rows before they are used;
//   - rows come in the order of their OIDs, or walks end early.
import { createInterface } from 'node:readline'

/** A walk asks object by object, and gets one and the same table for so long; never past a set. */
const FRESH_MS = 50

/**
 * @param {() => readonly Row[] | Promise<readonly Row[]>} rows in any order
 * @param {(oid: string, value: string) => string} set what snmpd is answered; left out: nothing can be written
 * @typedef {readonly [oid: string, type: string, value: string | number]} Row
 */
export function serve(rows, set = () => 'not-writable') {
  const input = createInterface({ input: process.stdin })
  let question = []
  let turn = Promise.resolve() // answers keep the order of the questions
  let known = { at: 0, sorted: [] }
  input.on('line', (line) => {
    if (question.length === 0 && line === 'PING') turn = turn.then(() => say('PONG'))
    else if (question.length > 0 || line !== '') question.push(line)
    if (question.length < (question[0] === 'set' ? 3 : 2)) return
    const [command, oid, value] = question
    question = []
    turn = turn.then(() => answer(command, oid.replace(/^\./, ''), value))
  })
  input.on('close', () => process.exit()) // snmpd is gone

  async function answer(command, oid, given) {
    if (command === 'set') {
      known = { at: 0, sorted: [] }
      return say(set(oid, valueIn(given)))
    }
    const wanted = numbersOf(oid)
    if (Date.now() - known.at >= FRESH_MS) known = { at: Date.now(), sorted: sortedRows(await rows()) }
    const found = known.sorted.find(([at]) => (command === 'get' ? compare(at, wanted) === 0 : compare(at, wanted) > 0))
    say(found === undefined ? 'NONE' : `.${found[1].join('\n')}`)
  }
}

function sortedRows(rows) {
  return rows.map((row) => [numbersOf(row[0]), row]).sort(([a], [b]) => compare(a, b))
}

/** How a text is an index: its length and its bytes. */
export function textIndex(text) {
  const bytes = Buffer.from(text)
  return [bytes.length, ...bytes].join('.')
}

/** `integer 2`, `string "text"`, or `octet "61 62 "` where the text is not printable. */
function valueIn(given) {
  const [, type, value] = /^(\S+) "?(.*?)"?$/.exec(given) ?? ['', '', '']
  return type === 'octet' ? Buffer.from(value.replaceAll(' ', ''), 'hex').toString() : value
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

function numbersOf(oid) {
  return oid.split('.').map(Number)
}

function compare(a, b) {
  const at = a.findIndex((one, index) => one !== b[index])
  return at < 0 ? a.length - b.length : a[at] - (b[at] ?? -1)
}
