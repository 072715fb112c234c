import type { Verdict } from '../report.ts'

/** Something is wrong with the command line, with a file, or with the package (sysexits.h: EX_USAGE). */
export const USAGE = 64
/** Stopped by Ctrl-C, as shells report it: 128 and the number of the signal. */
export const STOPPED = 130

/** What a verdict tells a script. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  conforms: 0,
  'conforms-live': 0,
  fails: 1,
  deviates: 2,
  incomplete: 3,
}
