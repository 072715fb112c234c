/** Contestants take turns, so that whatever else the machine does hits them all. */
export async function rounds(count, contestants) {
  const results = new Map(contestants.map(({ name }) => [name, { wall: [], cpu: [] }]))
  for (let round = 0; round < count; round += 1) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed()
    for (const { name, calls, run, before, after } of order) {
      await before?.()
      const cpu = process.cpuUsage()
      const start = performance.now()
      for (let at = 0; at < calls; at += 1) await run(at)
      const wall = (performance.now() - start) * 1000
      const { user, system } = process.cpuUsage(cpu)
      await after?.()
      results.get(name).wall.push(wall / calls)
      results.get(name).cpu.push((user + system) / calls)
    }
  }
  return results
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Microseconds a call: median, and the range over the rounds. */
export function table(title, results, base) {
  console.log(`\n${title} (µs a call: median, least to most, over ${[...results.values()][0].wall.length} rounds)`)
  const show = (values) =>
    `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`
  const { wall, cpu } = results.get(base)
  const ratio = (values, of) => (median(values) / median(of)).toFixed(2)
  const rows = [...results].map(([name, one]) => ({
    '': name,
    wall: show(one.wall),
    x: ratio(one.wall, wall),
    'CPU of this process': show(one.cpu),
    ' x': ratio(one.cpu, cpu),
    'CPU more': (median(one.cpu) - median(cpu)).toFixed(0),
  }))
  console.table(rows)
}
