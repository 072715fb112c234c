/** The part of pino we use. A pino logger fits as it is; core does not depend on pino. */
export interface Logger {
  /** Reads and repeats. */
  debug(fields: object, message: string): void
  /** What changed something. */
  info(fields: object, message: string): void
  /** What failed, and what an operator ought to look at. */
  warn(fields: object, message: string): void
  /** Not used by core; for drivers. */
  error(fields: object, message: string): void
  /** A logger that adds these fields to every line. */
  child(bindings: Record<string, unknown>): Logger
}

/** Says nothing. What a `Compute` uses where it is given no logger: a library does not choose its user's log. */
export const silentLogger: Logger = Object.freeze({
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
})
