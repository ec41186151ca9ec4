import { Flags } from '@oclif/core'
import { type RestoreReport, type RestoreRequest, VektorError } from '@vektor/sdk'
import { type Work, working } from '../../backup/backup-work.ts'
import { type KeyFlags, keyFlags } from '../../backup/keys.ts'
import { openRestorable, type Restorable } from '../../backup/restorable.ts'
import { BaseCommand, type GlobalFlags } from '../../base-command.ts'
import { CliError } from '../../failure/cli-error.ts'
import { unreachableSentence } from '../../failure/failure.ts'
import { restoreRows } from '../../output/restore-rows.ts'
import type { Connection } from '../../profile/connection.ts'
import { confirm } from '../../terminal/ask.ts'

const MODES = ['merge', 'replace'] as const

interface RestoreFlags extends GlobalFlags, KeyFlags {
  backup?: string | undefined
  file?: string | undefined
  mode: (typeof MODES)[number]
  'dry-run': boolean
  yes: boolean
}

export default class SyncRestore extends BaseCommand {
  static override summary = 'Bring back what is in a backup.'
  static override description =
    'The last complete backup, unless another or a file is named. merge brings back what is missing or another now, and what came later stays; replace makes the account equal to the backup, after a backup of what there is: it asks first, and without a terminal to ask on, --yes is needed. What is encrypted is decrypted here. A file is verified here and uploaded for as long as it takes. To restore the same again changes nothing.'
  static override examples = [
    '<%= config.bin %> sync restore --dry-run',
    '<%= config.bin %> sync restore',
    '<%= config.bin %> sync restore --backup 0197ef20-4a00-7c31-9d52-1f0e9d8c7b6a --mode replace',
    '<%= config.bin %> sync restore --file vektor.tar.gz --profile new',
    '<%= config.bin %> sync restore --file vektor.tar.gz.age --identity key.txt',
  ]
  static override flags = {
    backup: Flags.string({ helpValue: 'ID', description: 'The backup.', exclusive: ['file'] }),
    file: Flags.string({ char: 'f', helpValue: 'FILE|-', description: 'An archive; - is standard input.' }),
    mode: Flags.option({
      options: MODES,
      default: 'merge' as const,
      description: 'What becomes of what came later.',
    })(),
    'dry-run': Flags.boolean({ char: 'n', description: 'Only tell what would be done.' }),
    ...keyFlags,
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SyncRestore)
    const hasToAsk = flags.mode === 'replace' && !flags['dry-run'] && !flags.yes
    if (hasToAsk && !process.stdin.isTTY)
      throw new CliError('usage', 'All of the account would be replaced: say --yes to do so, or --dry-run to see it.')
    const { client } = await this.connectSignedIn(flags)
    const report = await working(flags, async (work) => {
      const tell = (sentence: string) => {
        work.clear()
        this.tell(flags, sentence)
      }
      await using restorable = await openRestorable(client, { from: flags, keys: flags, work, tell })
      const request = requestOf(flags, restorable.id)
      const confirmed = hasToAsk ? await this.#confirm(client, request, work) : {}
      return await restore(client, { request: { ...request, ...confirmed }, restorable, work })
    })
    this.print(flags, report, restoreRows(report))
    this.tell(flags, sentenceFor(report))
  }

  /** Whoever replaces an account should see what goes. Answers which backup that was: a newer one may be there by now. */
  async #confirm({ backups }: Connection['client'], request: RestoreRequest, work: Work): Promise<RestoreRequest> {
    work.show('Comparing')
    const rehearsal = await backups.restore({ ...request, dry_run: true }, { signal: work.signal })
    work.clear()
    this.terminal.output.write(`${restoreRows(rehearsal).join('\n')}\n\n`)
    const isSure = await confirm('Replace all of the account by this backup?', this.terminal)
    if (!isSure) throw new CliError('failed', 'Nothing was restored.')
    return { backup_id: rehearsal.backup_id }
  }
}

function requestOf(flags: RestoreFlags, id: string | undefined): RestoreRequest {
  return { ...(id !== undefined && { backup_id: id }), mode: flags.mode, dry_run: flags['dry-run'] ?? false }
}

interface RestoreOptions {
  request: RestoreRequest
  restorable: Restorable
  work: Work
}

const GOES_ON = 'Interrupted; the server goes on restoring to the end. To restore the same again changes nothing.'

/** The server goes on to the end, whoever leaves: it still needs the archive then. */
async function restore({ backups }: Connection['client'], options: RestoreOptions): Promise<RestoreReport> {
  const { request, restorable, work } = options
  const { signal } = work
  if (!request.dry_run) work.onLeaving(GOES_ON)
  work.show(request.dry_run ? 'Comparing' : 'Restoring')
  try {
    return await backups.restore(request, { signal })
  } catch (error) {
    if (request.dry_run) throw error
    if (signal.aborted) restorable.keep()
    throw unheard(error) ?? error
  }
}

/** Of a restore whose connection broke nobody here knows how it ended. */
function unheard(error: unknown): CliError | undefined {
  if (!(error instanceof VektorError) || error.code !== 'network') return undefined
  return new CliError('unreachable', `${unreachableSentence(error)} ${IF_BEGUN}`, { cause: error })
}

const IF_BEGUN = 'If the restore had begun, the server goes on to the end: to restore the same again changes nothing.'

function sentenceFor({ dry_run, mode, safety_backup_id: safety }: RestoreReport): string {
  if (dry_run) return `Nothing was changed: this is what --mode ${mode} would do.`
  if (safety === undefined) return 'Restored.'
  return `Restored. What the account was before is in a backup: vektor sync restore --backup ${safety} --mode replace`
}
