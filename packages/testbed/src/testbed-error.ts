/** A failure that the reader can act on: its message is the whole story, and the command line prints nothing else. */
export class TestbedError extends Error {
  override readonly name = 'TestbedError'
}
