export type IniSection = Readonly<Record<string, string | number | boolean>>

/** An INI file of these sections, as oslo.config reads it. */
export function ini(sections: Readonly<Record<string, IniSection>>): string {
  return Object.entries(sections)
    .map(([name, values]) => `[${name}]\n${lines(values)}`)
    .join('\n')
}

function lines(values: IniSection): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} = ${String(value)}\n`)
    .join('')
}
