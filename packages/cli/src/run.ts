import { fileURLToPath } from 'node:url'
import { run as runOclif } from '@oclif/core'
import { reportFailure } from './failure/report-failure.ts'
import { oclifConfig } from './oclif-config.ts'

/** Runs the command that the arguments name; gives the exit code. `root` is the folder that holds the built commands. */
export async function run(argv: string[], root: URL): Promise<number> {
  try {
    await runOclif(argv, { root: fileURLToPath(root), pjson: oclifConfig, devPlugins: false, userPlugins: false })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return reportFailure(error, argv, process)
  }
}
