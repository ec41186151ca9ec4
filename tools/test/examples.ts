import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { announce, reportResult } from '../support/report.ts'
import { inRoot, ROOT } from '../support/root.ts'
import { run } from '../support/run.ts'
import type { Count } from './count.ts'

/** Longer, and it hangs. */
const MINUTES = 5

/** Each example is one test: its own `test` script. */
export async function runExamples(): Promise<Count> {
  const count = { passed: 0, failed: 0 }
  for (const manifest of globSync('examples/*/package.json', { cwd: ROOT }).sort()) {
    const folder = dirname(manifest)
    announce(folder)
    const { scripts }: { scripts?: { test?: string } } = JSON.parse(readFileSync(inRoot(manifest), 'utf8'))
    const command = scripts?.test ?? 'no-test-script'
    const options = { shell: true, cwd: inRoot(folder), signal: AbortSignal.timeout(MINUTES * 60_000) }
    const result = await run(`exec ${command}`, [], options)
    reportResult(folder, result)
    count[result.isSuccess ? 'passed' : 'failed'] += 1
  }
  console.log()
  return count
}
