import { install, wanted } from './install.ts'
import { openStage } from './stage.ts'
import { weighAll } from './weight.ts'
import { renderWeights } from './weight-table.ts'

// Leaving by `exit` removes what a signal would leave behind.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

const stage = await openStage()
try {
  for (const each of stage.packages) {
    const { succeeded, output } = await install(stage.stranger, 'npm', each.name, wanted(each))
    if (!succeeded) throw new Error(`${each.name} could not be installed:\n${output}`)
  }
  console.log(renderWeights(await weighAll(stage.stranger, stage.packages)))
} finally {
  await stage.close()
}
