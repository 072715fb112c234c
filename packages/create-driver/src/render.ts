import type { AmphoraType } from './amphora-type.ts'
import type { Names } from './name.ts'

/** What the template's placeholders stand for. */
export interface Filling {
  readonly names: Names
  readonly type: AmphoraType
}

/** A text of the template, or the path of one of its files, with every placeholder replaced. */
export function render(text: string, { names, type }: Filling): string {
  const values: Readonly<Record<string, string>> = {
    __driver__: names.driver,
    __name__: names.value,
    __Name__: names.type,
    __package__: names.package,
    __Type__: type,
  }
  return Object.entries(values).reduce((done, [placeholder, value]) => done.replaceAll(placeholder, value), text)
}
