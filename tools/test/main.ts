/**
 * Runs the tests and ends with `N passed, N failed`. Alone: all that needs npm packages only, the examples included. With
 * `--project system`: what needs programs of the operating system. A skipped test counts as failed.
 */
import { parseArgs } from 'node:util'
import { type Count, sum } from './count.ts'
import { runExamples } from './examples.ts'
import { runVitest } from './vitest.ts'

const { values } = parseArgs({ options: { project: { type: 'string', multiple: true } } })
const projects = values.project ?? ['sdk', 'server', 'server-postgres', 'cli', 'tools']

const counts: Count[] = [await runVitest(projects)]
if (!values.project) counts.push(await runExamples())

const { passed, failed } = sum(counts)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
