import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run as runOclif } from '@oclif/core'
import { CliError } from './failure/cli-error.ts'
import { reportFailure } from './failure/report-failure.ts'
import { unknownCommand, unknownCommandSentence } from './failure/usage-sentence.ts'
import { oclifConfig } from './oclif-config.ts'

/** Runs the command that the arguments name; gives the exit code. `root` is the folder that holds the built commands. */
export async function run(argv: string[], root: URL): Promise<number> {
  const args = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
  try {
    await runOclif(args, { root: fileURLToPath(root), pjson: oclifConfig, devPlugins: false, userPlugins: false })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return reportFailure(withSuggestion(error, root), args, process)
  }
}

/** Only the commands' table knows what may have been meant. */
function withSuggestion(error: unknown, root: URL): unknown {
  const words = error instanceof Error ? unknownCommand(error.message) : undefined
  if (words === undefined) return error
  const { commands } = JSON.parse(readFileSync(new URL('oclif.manifest.json', root), 'utf8'))
  const names = Object.keys(commands).map((id) => id.replaceAll(':', ' '))
  return new CliError('usage', unknownCommandSentence(words, names), { cause: error })
}
