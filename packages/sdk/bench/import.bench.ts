/**
 * What importing the built SDK costs a process that has just started, beside importing what it is made of. CPU time of
 * the import alone, each in a process of its own, medians. Build first.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { printTable } from './support/cpu.ts'

const ROUNDS = 15
const MODULES: Record<string, string[]> = {
  'openapi-fetch + eventsource-parser (floor)': ['openapi-fetch', 'eventsource-parser'].map((name) =>
    import.meta.resolve(name),
  ),
  '@vektor/sdk': [new URL('../dist/index.js', import.meta.url).href],
  '@vektor/sdk/stream': [new URL('../dist/stream.js', import.meta.url).href],
}

const MEASURE = `
const before = process.cpuUsage()
for (const module of process.argv.slice(1)) await import(module)
const { user, system } = process.cpuUsage(before)
console.log((user + system) / 1000)
`

function importMilliseconds(modules: string[]): number {
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', MEASURE, ...modules], { encoding: 'utf8' }),
  )
}

if (!existsSync(new URL('../dist/index.js', import.meta.url)))
  throw new Error('Build @vektor/sdk first: npx pnpm@12 build')

const times = new Map<string, number[]>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, modules] of Object.entries(MODULES)) {
    times.set(name, [...(times.get(name) ?? []), importMilliseconds(modules)])
  }
}
printTable('Cold import', times)
