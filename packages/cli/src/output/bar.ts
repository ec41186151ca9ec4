const WIDEST = 30
/** The percentage, and what stands around the bar. */
const AROUND = 12

/** What is done of something, on one line that no terminal of `columns` wraps: its cursor could not come back from there. */
export function bar(what: string, fraction: number, columns: number): string {
  const percentage = `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`
  const width = Math.min(WIDEST, columns - what.length - AROUND)
  if (width < 5) return `${what} ${percentage}`.slice(0, Math.max(0, columns - 1))
  const done = Math.round(Math.min(1, Math.max(0, fraction)) * width)
  return `${what}  ${'█'.repeat(done)}${'░'.repeat(width - done)} ${percentage.padStart(5)}`
}
