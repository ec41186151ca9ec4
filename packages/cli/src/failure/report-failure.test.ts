import { VektorError } from '@vektor/sdk'
import { expect, test } from 'vitest'
import { failureOf } from './failure.ts'
import { failureLines } from './report-failure.ts'

test.each([
  ['restore-running', 409, 1, /^Something is being restored to this account already: wait .*\.$/],
  ['upload-running', 409, 1, /^Another archive of this account is being sent: wait .*\.$/],
  ['restore-too-large', 422, 1, /^What the server says\.$/],
  ['too-many-backups', 409, 1, /^Several backups of this account are being made already: .*\.$/],
  ['backup-not-ready', 409, 1, /^This backup is not complete yet: vektor sync backups show ID .*\.$/],
  ['backup-not-found', 404, 5, /^There is no such backup: vektor sync backups lists yours\.$/],
  ['archive-too-new', 422, 1, /^What the server says\.$/],
  ['storage-unavailable', 503, 1, /^What the server says\.$/],
])('what a server says about backups is one sentence for people: %s', (code, status, exitCode, sentence) => {
  const problem = { type: `/problems/${code}`, title: code, status, detail: 'What the server says.' }
  const details = { status, problem: { ...problem, instance: '/sync/restore', request_id: 'r' } }
  const failure = failureOf(new VektorError(code, problem.detail, details))
  const [line, ...rest] = failureLines(failure)
  expect([failure.exitCode, line]).toEqual([exitCode, expect.stringMatching(sentence)])
  // Whoever runs the server can look for the request.
  expect(rest).toEqual(status >= 500 ? ['  (request r)'] : [])
})

test.each(['archive-invalid', 'archive-too-new', 'wrong-key', 'backup-failed'])(
  'what is wrong with an archive is no mistake of an address: %s',
  (code) => {
    const failure = failureOf(new VektorError(code, 'It is so.'))
    expect(failure).toMatchObject({ exitCode: 1, problem: { type: `vektor:${code}`, detail: 'It is so.' } })
    expect(failureLines(failure)).toEqual(['It is so.'])
  },
)
