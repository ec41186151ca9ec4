/** Builds what has changed; with `--quiet` it speaks only of what fails. Two builds in one clone wait for each other. */
import { lock } from '../support/lock.ts'
import { announce, reportResult } from '../support/report.ts'
import { inRoot } from '../support/root.ts'
import { buildPackage, PACKAGES } from './build.ts'

const isQuiet = process.argv.includes('--quiet')

using _lock = await lock(inRoot('node_modules/.cache/vektor-build/lock'))
for (const part of PACKAGES) {
  const title = `build ${part.name}`
  if (!isQuiet) announce(title)
  const result = (await buildPackage(part)) ?? { isSuccess: true, output: '', milliseconds: 0 }
  if (!isQuiet || !result.isSuccess) reportResult(title, result)
  if (!result.isSuccess) process.exitCode = 1
}
