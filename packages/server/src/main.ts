#!/usr/bin/env -S node --max-semi-space-size=16
import { findNodeFault } from './config/node-version.ts'

const fault = findNodeFault(process.versions.node)
if (fault !== undefined) {
  process.stderr.write(`${fault}\n`)
  process.exit(1)
}

// Only now: an older Node could not even parse the rest.
const { run } = await import('./command-line.ts')
process.exit(await run(process.argv.slice(2), process))
