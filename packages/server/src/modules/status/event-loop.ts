import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 50
const WINDOW_MS = 30_000

/** How much later than they should things happen in this process, in milliseconds. */
export interface EventLoopLag {
  p50: number
  p99: number
  max: number
}

/** Measures how long whatever is due has to wait, over half a minute at a time. */
export class EventLoopMonitor implements Disposable {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #timer: NodeJS.Timeout
  #last: EventLoopLag | undefined

  constructor() {
    this.#histogram.enable()
    this.#timer = setInterval(() => {
      this.#last = this.#measure()
      this.#histogram.reset()
    }, WINDOW_MS)
    this.#timer.unref()
  }

  /** Of the last half minute that is over, or, while there is none, of the time since the start. */
  read(): EventLoopLag {
    return this.#last ?? this.#measure()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#histogram.disable()
  }

  /** What is recorded is the time between two looks. */
  #measure(): EventLoopLag {
    if (this.#histogram.count === 0) return { p50: 0, p99: 0, max: 0 }
    const lag = (nanoseconds: number) => Math.round(Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS) * 100) / 100
    return {
      p50: lag(this.#histogram.percentile(50)),
      p99: lag(this.#histogram.percentile(99)),
      max: lag(this.#histogram.max),
    }
  }
}
