import type { components } from '../../generated/openapi.ts'
import type { StatusReport } from './reporter.ts'

type Wire = components['schemas']

export function toWire(report: StatusReport): Wire['Status'] {
  const { counts, eventLoop, load, memory, processes } = report
  return {
    version: report.version,
    started_at: toTime(report.startedAt),
    uptime_seconds: Math.floor(report.uptimeMs / 1000),
    users: counts.users,
    conversations: counts.conversations,
    messages: counts.messages,
    backups: {
      complete: counts.backups.complete,
      in_progress: counts.backups.inProgress,
      failed: counts.backups.failed,
      ...(counts.backups.lastCompletedAt !== null && { last_completed_at: toTime(counts.backups.lastCompletedAt) }),
    },
    counted_at: toTime(counts.at),
    active_streams: report.streams,
    active_generations: report.generations,
    tokens: { prompt: report.tokens.prompt, completion: report.tokens.completion },
    requests: {
      per_second: round(load.perSecond),
      failures_per_second: round(load.failuresPerSecond),
      ...(load.latency && { latency_ms: load.latency }),
    },
    event_loop: { lag_ms: eventLoop },
    memory: {
      rss_bytes: memory.rss,
      heap_used_bytes: memory.heapUsed,
      heap_total_bytes: memory.heapTotal,
      external_bytes: memory.external,
    },
    database: { name: report.database.name, pools: report.database.pools },
    models: report.models.map(toModelStatus),
    config: { faults: report.configFaults },
    processes: processes.map(({ id, generations, isThis }) => ({ id, generations, current: isThis })),
  }
}

function toModelStatus(model: StatusReport['models'][number]): Wire['ModelStatus'] {
  const { endpoints, name, reason, state, lastSuccessAt, lastFailure } = model
  return {
    name,
    available: reason === undefined,
    ...(reason !== undefined && { reason }),
    state,
    ...(lastSuccessAt !== undefined && { last_success_at: toTime(lastSuccessAt) }),
    ...(lastFailure && { last_failure: { at: toTime(lastFailure.at), code: lastFailure.code } }),
    ...(endpoints.length > 0 && { endpoints: endpoints.map(toEndpointStatus) }),
  }
}

function toEndpointStatus(endpoint: StatusReport['models'][number]['endpoints'][number]): Wire['EndpointStatus'] {
  const { address, state, pausedUntil } = endpoint
  return { address, state, ...(pausedUntil !== undefined && { paused_until: toTime(pausedUntil) }) }
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
