/** Runs every `check:…` of the root package.json, two at a time, and shows all that a failed one has to say. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { reportResult } from '../support/report.ts'
import { inRoot } from '../support/root.ts'
import { run } from '../support/run.ts'

const { scripts }: { scripts: Record<string, string> } = JSON.parse(await readFile(inRoot('package.json'), 'utf8'))
const waiting = Object.entries(scripts).filter(([name]) => name.startsWith('check:'))

async function work(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, command] = next
    const result = await run(command, [], { shell: true })
    reportResult(name, result)
    if (!result.isSuccess) process.exitCode = 1
  }
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
