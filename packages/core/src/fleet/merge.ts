/** The values of several endless streams as they come. The first that fails ends them all. */
export async function* merged<T>(streams: readonly AsyncGenerator<T, unknown, void>[]): AsyncGenerator<T, void, void> {
  const next = async (stream: AsyncGenerator<T, unknown, void>) => ({ stream, step: await stream.next() })
  const waiting = new Map(streams.map((stream) => [stream, next(stream)]))
  try {
    while (waiting.size > 0) {
      const { stream, step } = await Promise.race(waiting.values())
      if (step.done === true) {
        waiting.delete(stream)
        continue
      }
      yield step.value
      waiting.set(stream, next(stream))
    }
  } finally {
    for (const stream of waiting.keys()) stream.return(undefined).catch(() => {})
  }
}
