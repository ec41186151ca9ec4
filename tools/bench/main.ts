/**
 * Runs the benchmarks one after the other, so that none disturbs another: all, or those whose path holds an
 * argument.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { styleText } from 'node:util'
import { ROOT, toolEnvironment } from '../support/root.ts'
import { parseArguments } from './arguments.ts'

const { options, wanted } = parseArguments(process.argv.slice(2))
const benches = globSync('packages/*/bench/*.bench.ts', { cwd: ROOT })
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  .sort()

if (benches.length === 0) {
  console.error(`There is no benchmark with ${wanted.join(' or ')} in its path.`)
  process.exitCode = 1
}
for (const path of benches) {
  console.log(`\n${styleText('bold', [path, ...options].join(' '))}`)
  const args = ['--conditions=vektor-source', path, ...options]
  const [code] = await once(spawn('node', args, { cwd: ROOT, env: toolEnvironment(), stdio: 'inherit' }), 'close')
  if (code !== 0) process.exitCode = 1
}
