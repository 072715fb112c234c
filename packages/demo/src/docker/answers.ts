import { claim } from '../claim.ts'

/** Each answer is another than the one before. */
export function claimInTurn(answers: readonly string[]): void {
  const areInTurn = answers.every((answer, index) => index === 0 || answer !== answers[index - 1])
  claim(areInTurn, `the servers must answer in turn, and answered ${answers.join(', ')}`)
}

/** Every server has answered, and nobody else. */
export function claimFromAll(servers: readonly string[], answers: readonly string[]): void {
  const found = [...new Set(answers)].sort().join(', ')
  const wanted = [...servers].sort().join(', ')
  claim(found === wanted, `${wanted} must answer, and these did: ${found}`)
}
