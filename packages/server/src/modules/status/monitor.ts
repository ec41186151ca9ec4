import type { ChatObserver, EndedGeneration } from '../chat/index.ts'
import { type EventLoopLag, EventLoopMonitor } from './event-loop.ts'
import { Metrics, type Snapshot } from './metrics.ts'
import { type ModelHealth, ModelHealthLog } from './model-health.ts'
import { type RecentLoad, RecentRequests } from './recent-requests.ts'

/** A request that is over. */
export interface FinishedRequest {
  /** Undefined for what the contract does not know. */
  operation: string | undefined
  /** Undefined if the client left before there was an answer. */
  status: number | undefined
  isStream: boolean
  durationMs: number
}

/** Sees what happens in this process, and counts it. It costs no more the longer the process runs. */
export class Monitor implements ChatObserver, AsyncDisposable {
  /** Since the start. */
  readonly tokens = { prompt: 0, completion: 0 }
  readonly startedAt: number
  readonly #metrics = new Metrics()
  readonly #eventLoop = new EventLoopMonitor()
  readonly #requests: RecentRequests
  readonly #models: ModelHealthLog

  constructor(now: () => number) {
    this.startedAt = now()
    this.#requests = new RecentRequests(now)
    this.#models = new ModelHealthLog(now)
  }

  requestFinished({ operation, status, isStream, durationMs }: FinishedRequest): void {
    const duration = isStream ? undefined : durationMs
    this.#requests.add({ isFailure: status !== undefined && status >= 500, durationMs: duration })
    const statusClass = status === undefined ? 'none' : `${Math.floor(status / 100)}xx`
    this.#metrics.request({ operation: operation ?? 'none', status: statusClass, durationMs: duration })
  }

  generationEnded({ model, outcome, usage, failureCode }: EndedGeneration): void {
    this.#metrics.generation(model, outcome, usage)
    this.tokens.prompt += usage?.prompt ?? 0
    this.tokens.completion += usage?.completion ?? 0
    if (failureCode?.startsWith('upstream-')) this.#models.failed(model, failureCode)
    else if (outcome === 'incomplete') this.#models.failed(model, 'incomplete')
    else if (outcome === 'stop' || outcome === 'length') this.#models.succeeded(model)
  }

  flushed(durationMs: number): void {
    this.#metrics.flush(durationMs)
  }

  get load(): RecentLoad {
    return this.#requests.read()
  }

  get eventLoop(): EventLoopLag {
    return this.#eventLoop.read()
  }

  healthOf(model: string): ModelHealth {
    return this.#models.find(model)
  }

  expose(snapshot: Omit<Snapshot, 'eventLoop'>): Promise<string> {
    return this.#metrics.expose({ ...snapshot, eventLoop: this.eventLoop })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#eventLoop[Symbol.dispose]()
  }
}
