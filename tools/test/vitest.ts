import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, toolEnvironment } from '../support/root.ts'
import type { Count } from './count.ts'

/** What vitest's JSON reporter writes, as far as it is read here. */
export interface VitestReport {
  success: boolean
  numPassedTests: number
  numTotalTests: number
}

export async function runVitest(projects: readonly string[]): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-test-'))
  try {
    const file = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const calm = ['--silent=passed-only', '--slowTestThreshold=10000', '--maxWorkers=2']
    const args = ['run', ...projects.map((name) => `--project=${name}`), ...reporters, ...calm]
    const child = spawn('vitest', args, { cwd: ROOT, env: toolEnvironment(), stdio: 'inherit' })
    const [code] = await once(child, 'close')
    const report = await readFile(file, 'utf8').catch(() => undefined)
    return countTests(report === undefined ? undefined : JSON.parse(report), code)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A test that did not run has not passed, and a run that failed for no test's sake is a failure of its own. */
export function countTests(report: VitestReport | undefined, exitCode: number | null): Count {
  if (!report) return { passed: 0, failed: 1 }
  const { numPassedTests: passed, numTotalTests: total } = report
  const failed = total - passed
  const isBroken = exitCode !== 0 || !report.success
  return { passed, failed: failed === 0 && isBroken ? 1 : failed }
}
