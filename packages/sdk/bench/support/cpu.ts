export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** CPU milliseconds this process spends on `work`, its waiting not counted. */
export async function cpuMilliseconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Prints medians with their spread, and their ratio to the floor, which comes first. */
export function printTable(title: string, times: ReadonlyMap<string, readonly number[]>): void {
  const floor = median([...times.values()][0] ?? [])
  const rows = [...times].map(([name, values]) => {
    const spread = `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`
    return [name, { 'CPU ms': median(values).toFixed(1), spread, ratio: (median(values) / floor).toFixed(2) }]
  })
  console.log(`\n${title}`)
  console.table(Object.fromEntries(rows))
}
