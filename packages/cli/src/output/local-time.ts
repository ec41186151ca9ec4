/** To the minute, in the time zone of whoever reads it; in an order that sorts. */
export function localTime(timestamp: string): string {
  return new Date(timestamp).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}
