import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const GUIDE = '## From nothing to a published driver'

/** Every command and every file of the guide in the README, by the heading that it stands under. */
export interface Section {
  readonly heading: string
  readonly commands: readonly string[]
  /** What stands in blocks of JSON, to be put into files. */
  readonly json: readonly string[]
}

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')

/** The commands before it. */
export function introduction(): readonly string[] {
  return commandsIn(README.slice(0, README.indexOf(GUIDE)))
}

/** The sections of `From nothing to a published driver`, in order. */
export function guide(): readonly Section[] {
  const text = README.slice(README.indexOf(GUIDE))
  return text
    .split(/^### /m)
    .slice(1)
    .map((section) => ({
      heading: section.slice(0, section.indexOf('\n')),
      commands: commandsIn(section),
      json: blocks(section, 'json'),
    }))
}

function commandsIn(text: string): readonly string[] {
  return blocks(text, 'sh').flatMap((block) => block.split('\n').filter((line) => line !== ''))
}

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block)
}
