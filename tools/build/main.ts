/** Builds what has changed. Two builds in one clone wait for each other. */
import { lock } from '../support/lock.ts'
import { announce, reportResult } from '../support/report.ts'
import { inRoot } from '../support/root.ts'
import { buildPackage, PACKAGES } from './build.ts'

using _lock = await lock(inRoot('node_modules/.cache/vektor-build/lock'))
for (const part of PACKAGES) {
  const title = `build ${part.name}`
  announce(title)
  const result = await buildPackage(part)
  reportResult(title, result ?? { isSuccess: true, output: '', milliseconds: 0 })
  if (result?.isSuccess === false) process.exitCode = 1
}
