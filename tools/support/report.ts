import { styleText } from 'node:util'
import type { RunResult } from './run.ts'

const isTerminal = process.stdout.isTTY

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

/** One line for one thing that was done, and everything it printed if it failed. */
export function reportResult(title: string, { isSuccess, output, milliseconds }: RunResult): void {
  const mark = isSuccess ? styleText('green', '✓') : styleText('red', '✗')
  console.log(`${mark} ${title.padEnd(34)} ${styleText('dim', seconds(milliseconds).padStart(8))}`)
  if (!isSuccess) console.log(`\n${output.trimEnd().replaceAll(/^/gm, '    ')}\n`)
}

/** Says what goes on while it goes on; in a terminal the line gives way to the result. */
export function announce(title: string): void {
  process.stdout.write(isTerminal ? `${styleText('dim', `… ${title}`)}\r` : '')
}
