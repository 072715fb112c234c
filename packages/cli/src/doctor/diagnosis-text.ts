import { capabilityWords } from '../output/capability-words.ts'
import { fold } from '../output/fold.ts'
import { plain } from '../output/plain.ts'
import { textWidth, type Style } from '../output/style.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Versions } from './versions.ts'

export interface CheckData {
  readonly config: string
  readonly versions: Versions
  readonly drivers: readonly Diagnosis[]
}

/** One paragraph for this machine, and one for each binding. */
export function diagnosisText({ config, versions: { cli, core, node }, drivers }: CheckData, style: Style): string {
  const width = textWidth(style)
  const head = fold(`${plain(config)}; amphora ${cli}, core ${core}, Node ${node}`, width, 'config  ')
  return [head, ...drivers.map((diagnosis) => `\n${bindingText(diagnosis, style, width)}`)].join('')
}

function bindingText(diagnosis: Diagnosis, { colors }: Style, width: number): string {
  const { name, driver, package: specifier, ok, version, capabilities, warnings, problems } = diagnosis
  const item = (title: string, text: string): string =>
    fold(plain(text), width, `  ${colors.dim(title.padEnd(8))} `, ' '.repeat(11))
  const verdict = ok ? colors.green('ok') : colors.red('not ok')
  return [
    `${colors.bold(name)}  ${verdict}  ${driver ?? ''}${driver === undefined ? '' : ' from '}${specifier}\n`,
    version === undefined ? '' : item('version', version),
    capabilities === undefined ? '' : item('builds', capabilities.types.join(', ')),
    capabilities === undefined ? '' : item('takes', capabilityWords(capabilities).join(', ')),
    ...warnings.map((warning) => item('warning', warning)),
    ...problems.flatMap(({ message, code, hint }, at) => [
      item('problem', `${message} (${code})`),
      // Several problems of one file have the same hint.
      problems[at + 1]?.hint === hint ? '' : item('do', hint),
    ]),
  ].join('')
}
