export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Prints medians with their spread, and their ratio to the floor, which comes first. */
export function printTable(title: string, unit: string, rows: ReadonlyMap<string, readonly number[]>): void {
  const floor = median([...rows.values()][0] ?? [])
  const table = [...rows].map(([name, values]) => {
    const spread = `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`
    return [name, { [unit]: median(values).toFixed(1), spread, ratio: (median(values) / floor).toFixed(2) }]
  })
  console.log(`\n${title}`)
  console.table(Object.fromEntries(table))
}
