import type { ServerStatus } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { configFaultRows } from './config-rows.ts'
import { neutraliseLine } from './neutralise.ts'

/** How a server does, as a table: what it is about, and how much of it there is. */
export function statusRows(status: ServerStatus, url: string): string[] {
  const { active_generations, active_streams, conversations, event_loop, memory, messages, requests, tokens, users } =
    status
  const { latency_ms: latency } = requests
  return alignColumns([
    ['Server', `${url}, Vektor ${neutraliseLine(status.version)}, up ${duration(status.uptime_seconds)}`],
    ['Stored', `${count(users, 'user')}, ${count(conversations, 'conversation')}, ${count(messages, 'message')}`],
    ['Backups', describeBackups(status.backups)],
    ['Running', `${count(active_generations, 'answer')}, ${count(active_streams, 'open stream')}`],
    ['Requests', `${requests.per_second} a second, ${requests.failures_per_second} of them failing`],
    ...(latency ? [['Latency', `p50 ${latency.p50} ms, p95 ${latency.p95} ms, p99 ${latency.p99} ms`]] : []),
    [
      'Event loop',
      `p50 ${event_loop.lag_ms.p50} ms late, p99 ${event_loop.lag_ms.p99} ms, at most ${event_loop.lag_ms.max} ms`,
    ],
    ['Tokens', `${tokens.prompt} in prompts, ${tokens.completion} in answers, since the start`],
    ['Memory', `${megabytes(memory.rss_bytes)} MB, ${megabytes(memory.heap_used_bytes)} MB of it in the heap`],
    ['Database', `${status.database.name}, ${status.database.pools.map(pool).join('; ')}`],
    ...status.models.map((model) => ['Model', describeModel(model)]),
    ...configFaultRows(status.config.faults).map((fault) => ['Broken file', fault]),
    ...status.processes.map(({ id, current, generations }) => [
      'Process',
      `${neutraliseLine(id)}, ${count(generations, 'answer')}${current ? ', this one' : ''}`,
    ]),
  ])
}

function describeModel({
  name,
  available,
  reason,
  state,
  last_failure: failure,
}: ServerStatus['models'][number]): string {
  if (!available) return neutraliseLine(`${name}: not available: ${reason ?? 'nobody knows why'}`)
  if (state === 'failing')
    return neutraliseLine(`${name}: failing, the last time at ${failure?.at ?? '?'} (${failure?.code ?? '?'})`)
  return neutraliseLine(`${name}: ${state === 'ok' ? 'answers' : 'not asked yet'}`)
}

function describeBackups({
  complete,
  failed,
  in_progress: running,
  last_completed_at: last,
}: ServerStatus['backups']): string {
  const parts = [`${complete} complete${last === undefined ? '' : `, the last one at ${last}`}`]
  if (running > 0) parts.push(`${running} in progress`)
  if (failed > 0) parts.push(`${failed} failed`)
  return neutraliseLine(parts.join('; '))
}

function pool({ name, used, max, waiting }: ServerStatus['database']['pools'][number]): string {
  return `${name} ${used} of ${max} in use${waiting > 0 ? `, ${waiting} waiting` : ''}`
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2)
}

function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min` : `${seconds} s`
}
