import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import type { Count } from './count.ts'

/** Writes the counts of a run into the file that `VEKTOR_TEST_COUNTS` names. */
// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its file's default export.
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env.VEKTOR_TEST_COUNTS
    if (file) writeFileSync(file, JSON.stringify(countTests(modules)))
  }
}

/** A test that did not run has not passed, and a file that could not even be loaded is one failure. */
export function countTests(modules: readonly CountedModule[]): Count {
  const count = { passed: 0, failed: 0 }
  for (const module of modules) {
    const tests = [...module.children.allTests()]
    const passed = tests.filter((test) => test.result().state === 'passed').length
    count.passed += passed
    count.failed += tests.length - passed
    if (passed === tests.length && !module.ok()) count.failed += 1
  }
  return count
}

interface CountedModule {
  children: { allTests(): Iterable<{ result(): { state: string } }> }
  ok(): boolean
}
