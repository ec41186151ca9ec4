import { createRequire } from 'node:module'
import type * as Croner from 'croner'

/** How close to each other two times may be. */
const SHORTEST_MS = 3_600_000

/** So many times show what a schedule does. */
const LOOKED_AT = 100

/** Never. */
export const OFF = 'off'

/** What a schedule is, as the end of a sentence. */
export const SCHEDULE_RULE =
  '`off`, or five fields as cron has them (in UTC, at most once an hour), or `@daily`, `@weekly` or `@monthly`'

/** Whether it is a schedule: `off`, or a pattern of cron that comes again, at most once an hour. */
export function isSchedule(text: string): boolean {
  if (text === OFF) return true
  const times = parse(text)?.nextRuns(LOOKED_AT) ?? []
  return times.length > 1 && times.every((time, index) => isApart(time, times[index + 1]))
}

/** When it is time again after a moment (epoch milliseconds); null if it never is. */
export function nextTime(schedule: string, after: number): number | null {
  if (schedule === OFF) return null
  return parse(schedule)?.nextRun(new Date(after))?.getTime() ?? null
}

const load = createRequire(import.meta.url)

function parse(text: string): Croner.Cron | undefined {
  // Loaded where it is needed, by those who cannot wait: most servers and accounts have no schedule.
  const { Cron }: typeof Croner = load('croner')
  try {
    return new Cron(text, { timezone: 'UTC', mode: '5-part', paused: true })
  } catch {
    return undefined
  }
}

function isApart(time: Date, next: Date | undefined): boolean {
  return next === undefined || next.getTime() - time.getTime() >= SHORTEST_MS
}
