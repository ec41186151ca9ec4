import { Args, Flags } from '@oclif/core'
import { BaseCommand, type GlobalFlags } from '../../base-command.ts'
import { CliError } from '../../failure/cli-error.ts'
import { exportAll } from '../../transfer/export-all.ts'
import { exportOne } from '../../transfer/export-one.ts'
import type { Exported, ExportFormat } from '../../transfer/exported.ts'

const FORMATS = ['md', 'json', 'html'] as const

interface ExportFlags extends GlobalFlags {
  format?: ExportFormat | undefined
  output?: string | undefined
  all: boolean
  tree: boolean
}

export default class HistoryExport extends BaseCommand {
  static override summary = 'Export a conversation, or all of them.'
  static override description =
    'One conversation is printed, as Markdown unless --format says otherwise. All of them are one JSON file with all their branches, which vektor history import takes back in, here or on another server; as md or html each is a file in a folder.'
  static override examples = [
    '<%= config.bin %> history export 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b > conversation.md',
    '<%= config.bin %> history export 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b --format html --output conversation.html',
    '<%= config.bin %> history export --all --output history.json',
    '<%= config.bin %> history export --all --format md --output conversations',
  ]
  static override args = { id: Args.string({ ignoreStdin: true, description: 'The conversation.' }) }
  static override flags = {
    all: Flags.boolean({ description: 'All conversations.' }),
    format: Flags.option({
      char: 'f',
      options: FORMATS,
      description: 'What to make of it: Markdown, JSON, or a page that needs nothing else.',
    })(),
    tree: Flags.boolean({ description: 'With --format json, the messages of all branches.' }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE|FOLDER|-',
      description: 'Where to write it; - is standard output.',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryExport)
    // Of a flag that was not said oclif knows nothing, not even that it is false.
    if (flags.all ? args.id !== undefined : args.id === undefined) {
      throw new CliError('usage', 'Name one conversation, or say --all.')
    }
    const { client } = await this.connectSignedIn(flags)
    const output = flags.output === '-' ? undefined : flags.output
    const format = flags.format ?? (flags.all || flags.json ? 'json' : 'md')
    const exported =
      args.id === undefined
        ? await exportAll(client, { format, output, isTold: !flags.quiet && !flags.json })
        : await exportOne(client, args.id, { format, tree: flags.tree, output })
    this.#report(flags, exported)
  }

  #report(flags: ExportFlags, exported: Exported): void {
    if (exported.path === undefined) return
    const count = exported.count === undefined || exported.count === 1 ? '' : `${exported.count} conversations: `
    this.tell(flags, `Exported ${count}${exported.path}`)
    if (flags.json) this.print(flags, exported, [])
  }
}
