/** What is left after something was counted. */
export interface Allowance {
  isGranted: boolean
  /** How often this was counted in the present window, as far as that matters: what is refused may not be counted further. */
  spent: number
  left: number
  /** When the window ends and all is forgotten. */
  resetSeconds: number
}

export interface Quota {
  /** Tells it from other counters; the same on all replicas. */
  name: string
  limit: number
  windowSeconds: number
  /** Each server counts for itself: for what costs less than it would cost to ask the others. */
  isLocal?: boolean
}

/** Counts per key. The window of a key begins with what is counted first, and is forgotten as a whole. */
export interface Counter {
  readonly quota: Quota
  /** Counts one more; a window that begins with it may be of another length. */
  take(key: string, windowSeconds?: number): Promise<Allowance>
  /** How often this was counted. */
  peek(key: string): Promise<number>
  forget(key: string): Promise<void>
}

/** Where counts are kept: in this process, or where all replicas see them. */
export interface Counters {
  open(quota: Quota): Counter
  /** Housekeeping: drops windows that are over. */
  sweep(): Promise<void>
}
