import type { DriverHealth } from '@amphora/core'
import { Command } from 'commander'
import { bindDrivers } from '../config/bind-drivers.ts'
import { loadConfig } from '../config/load-config.ts'
import { diagnose, type Diagnosis } from '../doctor/diagnosis.ts'
import { diagnosisText } from '../doctor/diagnosis-text.ts'
import { versions } from '../doctor/versions.ts'
import type { Start } from '../invocation.ts'
import { withBound } from '../session.ts'
import { timeLeft, timeoutOption, type TimeoutFlag } from '../timeout-flag.ts'

export function checkCommand(start: Start): Command {
  return new Command('check')
    .summary('ask every backend how it is')
    .description(
      'Ask every backend how it is: credentials, reachability, version, what its driver can do, and what to do about each problem.',
    )
    .addOption(timeoutOption())
    .action((flags: TimeoutFlag) =>
      start(async (invocation) => {
        const { host, output, signal } = invocation
        const config = await loadConfig(invocation.config, host, signal)
        const bound = await bindDrivers(config)
        output.progress.show('asking the backends')
        const able = bound.filter(({ binding }) => binding !== undefined)
        const health: readonly DriverHealth[] =
          able.length === 0
            ? []
            : await withBound(invocation, config, able, ({ compute }) =>
                compute.check({ signal, ...timeLeft(flags)() }),
              )
        const diagnoses: readonly Diagnosis[] = bound.map((one) => diagnose(one, health, config))
        const data = { config: config.path, versions: versions(), drivers: diagnoses }
        await output.data(data, (style) => diagnosisText(data, style))
        return diagnoses.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0
      }),
    )
}
