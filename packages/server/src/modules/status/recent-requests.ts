const SLOT_MS = 5_000
const SLOTS = 12
const WINDOW_MS = SLOT_MS * SLOTS

/** Durations are counted in steps of a tenth, from a tenth of a millisecond to more than an hour. */
const FIRST_MS = 0.1
const STEP = 1.1
const STEPS = 190

/** What went through in the last minute. */
export interface RecentLoad {
  perSecond: number
  /** Of those, how many the server answered with a 5xx. */
  failuresPerSecond: number
  /** Milliseconds, to a tenth of their value; undefined if there was nothing. */
  latency: { p50: number; p95: number; p99: number } | undefined
}

interface Slot {
  /** Which five seconds since the epoch it counts. */
  index: number
  requests: number
  failures: number
  durations: Uint32Array
}

/** Counts the requests of the last minute, in memory that never grows. */
export class RecentRequests {
  readonly #now: () => number
  readonly #startedAt: number
  readonly #slots: Slot[]

  constructor(now: () => number) {
    this.#now = now
    this.#startedAt = now()
    this.#slots = Array.from({ length: SLOTS }, () => ({
      index: -1,
      requests: 0,
      failures: 0,
      durations: new Uint32Array(STEPS),
    }))
  }

  /** Without a duration it is a stream, whose length says nothing about the server. */
  add({ isFailure, durationMs }: { isFailure: boolean; durationMs?: number | undefined }): void {
    const slot = this.#currentSlot()
    if (!slot) return
    slot.requests += 1
    if (isFailure) slot.failures += 1
    const step = durationMs === undefined ? undefined : stepOf(durationMs)
    if (step !== undefined) slot.durations[step] = (slot.durations[step] ?? 0) + 1
  }

  read(): RecentLoad {
    const newest = Math.floor(this.#now() / SLOT_MS)
    const recent = this.#slots.filter(({ index }) => index > newest - SLOTS)
    const seconds = Math.max(1, Math.min(WINDOW_MS, this.#now() - this.#startedAt) / 1000)
    const sum = (count: (slot: Slot) => number) => recent.reduce((total, slot) => total + count(slot), 0)
    return {
      perSecond: sum(({ requests }) => requests) / seconds,
      failuresPerSecond: sum(({ failures }) => failures) / seconds,
      latency: quantiles(recent.map(({ durations }) => durations)),
    }
  }

  #currentSlot(): Slot | undefined {
    const index = Math.floor(this.#now() / SLOT_MS)
    const slot = this.#slots[index % SLOTS]
    if (slot && slot.index !== index) {
      slot.index = index
      slot.requests = 0
      slot.failures = 0
      slot.durations.fill(0)
    }
    return slot
  }
}

function stepOf(durationMs: number): number {
  if (durationMs <= FIRST_MS) return 0
  return Math.min(STEPS - 1, Math.ceil(Math.log(durationMs / FIRST_MS) / Math.log(STEP)))
}

function quantiles(all: readonly Uint32Array[]): RecentLoad['latency'] {
  const merged = Array.from({ length: STEPS }, (_, step) =>
    all.reduce((sum, durations) => sum + (durations[step] ?? 0), 0),
  )
  const total = merged.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  const at = (share: number) => {
    let seen = 0
    const step = merged.findIndex((count) => {
      seen += count
      return seen >= share * total
    })
    return Math.round(FIRST_MS * STEP ** step * 100) / 100
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
