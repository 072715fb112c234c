// Adds up the reports of all test runs and prints one line. A report that is missing or says that it failed fails this.
import { readFileSync } from 'node:fs'

const reports = process.argv.slice(2).map((path) => ({ path, ...JSON.parse(readFileSync(path, 'utf8')) }))
const sum = (field) => reports.reduce((total, report) => total + report[field], 0)
const [passed, failed, skipped] = ['numPassedTests', 'numFailedTests', 'numPendingTests'].map(sum)
const broken = reports.filter((report) => !report.success)
for (const { path } of broken) console.log(`failed: ${path}`)
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(reports.length === 0 || passed === 0 || broken.length > 0 ? 1 : 0)
