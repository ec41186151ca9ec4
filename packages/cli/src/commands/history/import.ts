import { Args } from '@oclif/core'
import { type ImportReport, VektorError } from '@vektor/sdk'
import { BaseCommand, type GlobalFlags } from '../../base-command.ts'
import { CliError, EXIT_CODES } from '../../failure/cli-error.ts'
import { tooLongSentence } from '../../failure/report-failure.ts'
import { neutraliseLine } from '../../output/neutralise.ts'
import { Progress } from '../../output/progress.ts'
import { ImportCount } from '../../transfer/import-count.ts'
import { openUpload } from '../../transfer/upload.ts'

export default class HistoryImport extends BaseCommand {
  static override summary = 'Import conversations from a file.'
  static override description =
    'It takes what vektor history export --all wrote, what ChatGPT exports (the ZIP as it is, or its conversations.json), and what Open WebUI exports. What is there already is recognised and left alone: an import that was interrupted is just started again.'
  static override examples = [
    '<%= config.bin %> history import chatgpt-export.zip',
    '<%= config.bin %> history import history.json --json',
    '<%= config.bin %> history export --all --profile old | <%= config.bin %> history import - --profile new',
  ]
  static override args = {
    file: Args.string({ required: true, ignoreStdin: true, description: 'The file; - is standard input.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryImport)
    const { client } = await this.connectSignedIn(flags)
    const reports = client.history.import(await openUpload(args.file, process.stdin))
    const count = await this.#follow(flags, reports)
    this.tell(flags, count.sentence)
    if (flags.json) this.print(flags, count.reports, [])
    if (count.refused > 0) process.exitCode = EXIT_CODES.failed
  }

  async #follow(flags: GlobalFlags, reports: AsyncIterable<ImportReport>): Promise<ImportCount> {
    using progress = new Progress(process.stderr, !flags.quiet && !flags.json)
    const count = new ImportCount({ keepsReports: flags.json })
    progress.show('Sending the file…')
    try {
      for await (const report of reports) {
        count.add(report)
        progress.show(`${count.total} conversations…`)
        // Errors are told even to who wants to hear nothing else.
        if (report.reason !== undefined && !flags.json) progress.say(lineOf(report))
      }
      return count
    } catch (error) {
      throw inOurWords(error)
    }
  }
}

function lineOf({ reason = '', source_id, status, title }: ImportReport): string {
  const name = title ?? source_id
  const what = status === 'refused' ? 'Refused' : 'Imported'
  return neutraliseLine(name === null ? `${what}: ${reason}` : `${what}, "${name}": ${reason}`)
}

function inOurWords(error: unknown): unknown {
  if (!(error instanceof VektorError) || error.code !== 'payload-too-large') return error
  return new CliError('failed', tooLongSentence('The file', error.message), { cause: error })
}
