import type { ConfigFault } from '../../config/files/config-fault.ts'
import type { ConfigFolder } from '../../config/files/config-folder.ts'
import type { EndpointHealth } from '../../providers/provider.ts'
import type { ChatService } from '../chat/index.ts'
import type { ModelService } from '../models/index.ts'
import { CachedCounts, type CountedAt } from './counts.ts'
import type { ModelHealth } from './model-health.ts'
import type { Monitor } from './monitor.ts'
import type { DatabaseLoad, StatusRepository, Writer } from './repository.ts'

export interface StatusReporterOptions {
  version: string
  monitor: Monitor
  repository: StatusRepository
  chat: Pick<ChatService, 'activity'>
  models: Pick<ModelService, 'list' | 'endpointsOf'>
  config: Pick<ConfigFolder, 'listFaults'>
  /** How many streams are open now. */
  countStreams(): number
  /** Epoch milliseconds. */
  now(): number
}

export interface StatusReport {
  version: string
  startedAt: number
  uptimeMs: number
  counts: CountedAt
  streams: number
  generations: number
  tokens: Monitor['tokens']
  load: Monitor['load']
  eventLoop: Monitor['eventLoop']
  memory: NodeJS.MemoryUsage
  database: DatabaseLoad
  models: (ModelHealth & { name: string; reason?: string; endpoints: readonly EndpointHealth[] })[]
  configFaults: ConfigFault[]
  /** This process, and those that are writing answers now. */
  processes: (Writer & { isThis: boolean })[]
}

/** How the server is doing: for administrators, and for Prometheus. */
export class StatusReporter {
  readonly #options: StatusReporterOptions
  readonly #counts: CachedCounts

  constructor(options: StatusReporterOptions) {
    this.#options = options
    this.#counts = new CachedCounts(() => options.repository.count(), options.now)
  }

  async report(): Promise<StatusReport> {
    const { version, monitor, repository, chat, config, countStreams, now } = this.#options
    const { running, writer } = chat.activity()
    const [counts, writers] = await Promise.all([this.#counts.read(), repository.listWriters()])
    const others = writers.filter(({ id }) => id !== writer)
    return {
      version,
      startedAt: monitor.startedAt,
      uptimeMs: now() - monitor.startedAt,
      counts,
      streams: countStreams(),
      generations: running,
      tokens: { ...monitor.tokens },
      load: monitor.load,
      eventLoop: monitor.eventLoop,
      memory: process.memoryUsage(),
      database: repository.load(),
      models: this.#describeModels(),
      configFaults: config.listFaults(),
      processes: [
        { id: writer, generations: running, isThis: true },
        ...others.map((other) => ({ ...other, isThis: false })),
      ],
    }
  }

  metrics(): Promise<string> {
    const { version, monitor, repository, chat, countStreams } = this.#options
    const { pools } = repository.load()
    return monitor.expose({ version, streams: countStreams(), generations: chat.activity().running, pools })
  }

  #describeModels(): StatusReport['models'] {
    const { models, monitor } = this.#options
    return models.list().map(({ name, reason }) => ({
      name,
      ...(reason !== undefined && { reason }),
      ...monitor.healthOf(name),
      endpoints: models.endpointsOf(name),
    }))
  }
}
