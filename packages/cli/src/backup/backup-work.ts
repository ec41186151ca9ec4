import type { GlobalFlags } from '../base-command.ts'
import { CliError } from '../failure/cli-error.ts'
import { bar } from '../output/bar.ts'
import { Progress } from '../output/progress.ts'
import { Interruption } from '../terminal/interruption.ts'

/** What goes on while somebody waits. */
export interface Work {
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  /** Without a fraction nobody knows how much of it is done. */
  show(what: string, fraction?: number): void
  /** Before somebody else says something. */
  clear(): void
  /** What to say to whoever leaves now. */
  onLeaving(sentence: string): void
}

/** Runs long work with a bar in a terminal; whoever leaves is told what becomes of it. */
export async function working<Result>(flags: GlobalFlags, run: (work: Work) => Promise<Result>): Promise<Result> {
  using progress = new Progress(process.stderr, !flags.quiet && !flags.json)
  using interruption = new Interruption()
  const { signal } = interruption
  let farewell = 'Interrupted.'
  const columns = () => process.stderr.columns ?? 80
  try {
    return await run({
      signal,
      show: (what, fraction) => progress.show(fraction === undefined ? `${what}…` : bar(what, fraction, columns())),
      clear: () => progress.clear(),
      onLeaving(sentence) {
        farewell = sentence
      },
    })
  } catch (error) {
    throw signal.aborted ? interrupted(farewell, error) : error
  }
}

function interrupted(sentence: string, cause: unknown): CliError {
  return new CliError('interrupted', sentence, { cause })
}
