import type { ServerStatus } from '@vektor/sdk'
import { expect, test } from 'vitest'
import { statusRows } from './status-rows.ts'

const STATUS: ServerStatus = {
  version: '1.2.3',
  started_at: '2025-07-09T12:00:00Z',
  uptime_seconds: 93_784,
  users: 1,
  conversations: 340,
  messages: 2961,
  backups: { complete: 84, in_progress: 0, failed: 1, last_completed_at: '2025-07-09T03:00:07Z' },
  counted_at: '2025-07-09T14:20:18Z',
  active_streams: 3,
  active_generations: 1,
  tokens: { prompt: 18, completion: 40 },
  requests: { per_second: 4.2, failures_per_second: 0, latency_ms: { p50: 1.4, p95: 6.1, p99: 14.2 } },
  event_loop: { lag_ms: { p50: 0.3, p99: 2.1, max: 11.7 } },
  memory: { rss_bytes: 96_468_992, heap_used_bytes: 33_554_432, heap_total_bytes: 1, external_bytes: 1 },
  database: { name: 'sqlite', pools: [{ name: 'write', used: 1, free: 0, waiting: 2, max: 1 }] },
  models: [
    { name: 'good', available: true, state: 'ok' },
    {
      name: 'bad',
      available: true,
      state: 'failing',
      last_failure: { at: '2025-07-09T14:00:00Z', code: 'upstream-failed' },
    },
    { name: 'missing\u001b[2J', available: false, reason: 'Set X_KEY.', state: 'unknown' },
  ],
  config: {
    faults: [
      { path: 'app/multi.json', line: 3, detail: 'There is a comma too many before }.' },
      { path: 'app/My Slack\u001b[2J.json', detail: 'Rename the file.' },
    ],
  },
  processes: [{ id: '0197ef10-0a00-7c11-9d2e-3f4a5b6c7d8e', current: true, generations: 1 }],
}

test('the status of a server is a table that says what matters', () => {
  const text = statusRows(STATUS, 'http://127.0.0.1:8000').join('\n')
  expect(text).toContain('Vektor 1.2.3, up 1 d 2 h')
  expect(text).toContain('1 user, 340 conversations, 2961 messages')
  expect(text).toContain('84 complete, the last one at 2025-07-09T03:00:07Z; 1 failed')
  expect(text).toContain('1 answer, 3 open streams')
  expect(text).toContain('p95 6.1 ms')
  expect(text).toContain('sqlite, write 1 of 1 in use, 2 waiting')
  expect(text).toContain('good: answers')
  expect(text).toContain('bad: failing, the last time at 2025-07-09T14:00:00Z (upstream-failed)')
  expect(text).toContain('Set X_KEY.')
  expect(text).toContain('app/multi.json, line 3: There is a comma too many before }.')
  expect(text).toMatch(/^Broken file +app\/My Slack.*\.json: Rename the file\.$/m)
  expect(text).not.toContain('\u001b')
})

test('without requests there is no latency to show', () => {
  const idle = { ...STATUS, requests: { per_second: 0, failures_per_second: 0 } }
  expect(statusRows(idle, 'http://127.0.0.1:8000').join('\n')).not.toContain('Latency')
})
