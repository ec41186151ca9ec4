import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, toolEnvironment } from '../support/root.ts'
import type { Count } from './count.ts'

const OPTIONS = [
  '--reporter=default',
  '--reporter=./tools/test/count-reporter.ts',
  '--silent=passed-only',
  '--slowTestThreshold=10000',
  '--maxWorkers=2',
]

export async function runVitest(projects: readonly string[]): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-test-'))
  try {
    const file = join(folder, 'counts.json')
    const args = ['run', ...projects.map((name) => `--project=${name}`), ...OPTIONS]
    const env = { ...toolEnvironment(), VEKTOR_TEST_COUNTS: file }
    const [code] = await once(spawn('vitest', args, { cwd: ROOT, env, stdio: 'inherit' }), 'close')
    const count: Count = JSON.parse(await readFile(file, 'utf8').catch(() => '{ "passed": 0, "failed": 1 }'))
    // It can fail for no test's sake: an error that nobody caught, or no tests at all.
    return count.failed === 0 && code !== 0 ? { ...count, failed: 1 } : count
  } finally {
    await rm(folder, { recursive: true })
  }
}
