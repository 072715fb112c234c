import pico from 'picocolors'
import type { Host, MaybeTerminal } from '../host.ts'

/** How text is set on one stream. */
export interface Style {
  /** Columns; endless where it is no terminal. */
  readonly width: number
  readonly isTerminal: boolean
  readonly colors: ReturnType<typeof pico.createColors>
}

const USUAL_WIDTH = 80

/** Colours on terminals only, and not under `NO_COLOR` (no-color.org), `TERM=dumb` or `--no-color`. */
export function styleOf(stream: MaybeTerminal<unknown>, env: Host['env'], wantsColor: boolean): Style {
  const isTerminal = stream.isTTY === true
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb' || !wantsColor
  return {
    isTerminal,
    width: isTerminal ? (stream.columns ?? USUAL_WIDTH) : Number.POSITIVE_INFINITY,
    colors: pico.createColors(isTerminal && !refused),
  }
}

/** The width of running text: that of the terminal, 80 where there is none, and never more than is good to read. */
export function textWidth({ width }: Style): number {
  return Number.isFinite(width) ? Math.max(40, Math.min(width, 100)) : USUAL_WIDTH
}
