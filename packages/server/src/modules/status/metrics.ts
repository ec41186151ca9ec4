import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What there is at the moment that somebody looks. */
export interface Snapshot {
  version: string
  streams: number
  generations: number
  eventLoop: { p50: number; p99: number; max: number }
  pools: readonly { name: string; used: number; free: number; waiting: number }[]
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Names that can be many are counted under their own up to here, and together beyond. */
const MAX_MODELS = 100

/** The numbers of this process for Prometheus. Every label has values that only the server's own files and code can add to. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #models = new Set<string>()
  readonly #requests = new Counter({
    name: 'vektor_http_requests_total',
    help: 'Requests that are over, streams included, by operation and class of status.',
    labelNames: ['operation', 'status'],
    registers: [this.#registry],
  })
  readonly #durations = new Histogram({
    name: 'vektor_http_request_duration_seconds',
    help: 'How long requests took, without streams.',
    labelNames: ['operation', 'status'],
    buckets: SECONDS,
    registers: [this.#registry],
  })
  readonly #generations = new Counter({
    name: 'vektor_generations_total',
    help: 'Answers that have ended, by model and by how they ended.',
    labelNames: ['model', 'outcome'],
    registers: [this.#registry],
  })
  readonly #tokens = new Counter({
    name: 'vektor_tokens_total',
    help: 'Tokens, as the providers of the models counted them.',
    labelNames: ['model', 'kind'],
    registers: [this.#registry],
  })
  readonly #flushes = new Histogram({
    name: 'vektor_flush_duration_seconds',
    help: 'How long it took to store what the running answers had that was new.',
    buckets: SECONDS,
    registers: [this.#registry],
  })
  readonly #streams = this.#gauge('vektor_streams_open', 'Streams that are open.')
  readonly #running = this.#gauge('vektor_generations_running', 'Answers that are being written by this process.')
  readonly #build = new Gauge({
    name: 'vektor_build_info',
    help: 'Always 1; the label says which version runs.',
    labelNames: ['version'],
    registers: [this.#registry],
  })
  readonly #lag = new Gauge({
    name: 'vektor_event_loop_lag_seconds',
    help: 'How late things happen, over the last half minute.',
    labelNames: ['quantile'],
    registers: [this.#registry],
  })
  readonly #maxLag = this.#gauge('vektor_event_loop_lag_max_seconds', 'The longest of these delays.')
  readonly #connections = new Gauge({
    name: 'vektor_database_connections',
    help: 'Connections to the database, and requests that wait for one, by pool.',
    labelNames: ['pool', 'state'],
    registers: [this.#registry],
  })
  readonly #processGauges = {
    resident: this.#gauge('process_resident_memory_bytes', 'Memory of the process.'),
    heapUsed: this.#gauge('nodejs_heap_size_used_bytes', 'Memory of the JavaScript heap that is in use.'),
    heapTotal: this.#gauge('nodejs_heap_size_total_bytes', 'Memory of the JavaScript heap.'),
    external: this.#gauge('nodejs_external_memory_bytes', 'Memory outside of the heap, such as that of buffers.'),
    started: this.#gauge('process_start_time_seconds', 'When the process started, since 1970.'),
  }
  readonly #cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time that the process has used.',
    registers: [this.#registry],
  })
  #cpuSeconds = 0

  request({
    operation,
    status,
    durationMs,
  }: {
    operation: string
    status: string
    durationMs: number | undefined
  }): void {
    this.#requests.inc({ operation, status })
    if (durationMs !== undefined) this.#durations.observe({ operation, status }, durationMs / 1000)
  }

  generation(name: string, outcome: string, usage: { prompt: number; completion: number } | undefined): void {
    const model = this.#labelOf(name)
    this.#generations.inc({ model, outcome })
    if (!usage) return
    this.#tokens.inc({ model, kind: 'prompt' }, usage.prompt)
    this.#tokens.inc({ model, kind: 'completion' }, usage.completion)
  }

  flush(durationMs: number): void {
    this.#flushes.observe(durationMs / 1000)
  }

  /** In the text format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
  async expose(snapshot: Snapshot): Promise<string> {
    this.#streams.set(snapshot.streams)
    this.#running.set(snapshot.generations)
    this.#build.set({ version: snapshot.version }, 1)
    this.#lag.set({ quantile: '0.5' }, snapshot.eventLoop.p50 / 1000)
    this.#lag.set({ quantile: '0.99' }, snapshot.eventLoop.p99 / 1000)
    this.#maxLag.set(snapshot.eventLoop.max / 1000)
    for (const { name: pool, used, free, waiting } of snapshot.pools) {
      for (const [state, count] of Object.entries({ used, free, waiting }))
        this.#connections.set({ pool, state }, count)
    }
    this.#measureProcess()
    return this.#registry.metrics()
  }

  #measureProcess(): void {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const cpuSeconds = (user + system) / 1e6
    this.#cpu.inc(cpuSeconds - this.#cpuSeconds)
    this.#cpuSeconds = cpuSeconds
    this.#processGauges.resident.set(rss)
    this.#processGauges.heapUsed.set(heapUsed)
    this.#processGauges.heapTotal.set(heapTotal)
    this.#processGauges.external.set(external)
    this.#processGauges.started.set(Math.round(performance.timeOrigin / 1000))
  }

  #labelOf(model: string): string {
    if (this.#models.has(model)) return model
    if (this.#models.size >= MAX_MODELS) return 'other'
    this.#models.add(model)
    return model
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] })
  }
}
