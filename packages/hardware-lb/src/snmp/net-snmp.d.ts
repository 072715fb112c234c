/** The package has no types of its own; `library.ts` says what is used of it. */
declare module 'net-snmp' {
  const library: unknown
  export default library
}
