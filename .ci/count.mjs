// Adds up the reports of all test runs: what failed and where the time went, and last one line with the counts. A report
// that is missing or says that it failed fails this.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const reports = process.argv.slice(2).map((path) => ({ path, ...JSON.parse(readFileSync(path, 'utf8')) }))
const sum = (field) => reports.reduce((total, report) => total + report[field], 0)
const [passed, failed, skipped] = ['numPassedTests', 'numFailedTests', 'numPendingTests'].map(sum)
const files = reports.flatMap(({ testResults }) => testResults)
const named = ({ name }) => relative(process.cwd(), name)
const seconds = ({ startTime, endTime }) => Math.round((endTime - startTime) / 1000)

console.log('the ten longest test files:')
for (const file of files.toSorted((a, b) => seconds(b) - seconds(a)).slice(0, 10))
  console.log(`${String(seconds(file)).padStart(6)} s  ${named(file)}`)

for (const { path } of reports.filter((report) => !report.success)) console.log(`failed: ${path}`)
for (const file of files.filter(({ status }) => status === 'failed')) {
  console.log(`failed: ${named(file)} ${file.message.slice(0, 1_000)}`)
  for (const test of file.assertionResults.filter(({ status }) => status === 'failed'))
    console.log(`failed: ${test.fullName}\n${test.failureMessages.join('\n').slice(0, 2_000)}`)
}
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(reports.length === 0 || passed === 0 || reports.some((report) => !report.success) ? 1 : 0)
