import { Flags } from '@oclif/core'
import type { Backup } from '@vektor/sdk'
import { type Work, working } from '../../backup/backup-work.ts'
import { checkOutput, deliverArchive } from '../../backup/deliver-archive.ts'
import { readPassphrase } from '../../backup/keys.ts'
import { savedSentence } from '../../backup/saved-sentence.ts'
import { BaseCommand, type GlobalFlags } from '../../base-command.ts'
import { CliError } from '../../failure/cli-error.ts'
import { count } from '../../output/count.ts'
import type { Connection } from '../../profile/connection.ts'

interface BackupFlags extends GlobalFlags {
  wait: boolean
  output?: string | undefined
  recipient?: string[] | undefined
  'passphrase-file'?: string | undefined
}

export default class SyncBackup extends BaseCommand {
  static override summary = 'Back up all conversations and preferences.'
  static override description =
    'The server makes the backup and keeps it; --output downloads it too. Encrypted to public keys of age, not even the server can read it. With --passphrase-file it is encrypted here, on its way to the file: the server keeps it as it is.'
  static override examples = [
    '<%= config.bin %> sync backup',
    '<%= config.bin %> sync backup --wait',
    '<%= config.bin %> sync backup --output vektor.tar.gz',
    '<%= config.bin %> sync backup --output vektor.tar.gz.age --passphrase-file passphrase.txt',
    '<%= config.bin %> sync backup --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p --output backups/',
    '<%= config.bin %> sync backup --output - | ssh nas "cat > vektor.tar.gz"',
  ]
  static override flags = {
    wait: Flags.boolean({ char: 'w', description: 'Wait until it is complete.' }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE|FOLDER|-',
      description: 'Wait, and download it; - is standard output.',
    }),
    recipient: Flags.string({
      helpValue: 'KEY',
      multiple: true,
      multipleNonGreedy: true,
      description:
        'Encrypt it to this public key of age, on the server; may be repeated. Without it those of the preferences.',
      exclusive: ['passphrase-file'],
    }),
    'passphrase-file': Flags.string({
      helpValue: 'FILE',
      description: 'Encrypt what is downloaded with the first line of this file.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SyncBackup)
    checkOutput(flags)
    const { output, 'passphrase-file': file } = flags
    if (file !== undefined && output === undefined)
      throw new CliError('usage', '--passphrase-file is for what is downloaded: say where to with --output.')
    const passphrase = file === undefined ? undefined : await readPassphrase(file)
    const { client } = await this.connectSignedIn(flags)
    if (output !== undefined || flags.wait) await this.#wait(client, flags, passphrase)
    else this.#begun(flags, await client.backups.create(requestOf(flags)))
  }

  #begun(flags: GlobalFlags, backup: Backup): void {
    this.print(flags, backup, [backup.backup_id])
    this.tell(flags, `The backup is being made: vektor sync backups show ${backup.backup_id} tells how far it is.`)
  }

  async #wait(client: Connection['client'], flags: BackupFlags, passphrase: string | undefined): Promise<void> {
    const { output } = flags
    const [backup, path] = await working(flags, async (work) => {
      const made = await make(client, flags, work)
      if (output === undefined) return [made]
      const { signal } = work
      const onProgress = (fraction: number) => work.show('Downloading', fraction)
      return [made, await deliverArchive(client, made, { output, passphrase, signal, onProgress })]
    })
    if (output !== '-') this.print(flags, backup, [backup.backup_id])
    const { conversations, messages } = backup.counts
    this.tell(flags, `Backed up ${count(conversations, 'conversation')} with ${count(messages, 'message')}.`)
    if (output !== undefined) this.tell(flags, savedSentence(backup, path, passphrase !== undefined))
  }
}

/** Begins a backup, and waits until it is complete. */
async function make({ backups }: Connection['client'], flags: BackupFlags, work: Work): Promise<Backup> {
  const { backup_id: id } = await backups.create(requestOf(flags))
  work.onLeaving(`The backup goes on on the server: vektor sync backups show ${id}`)
  const onProgress = ({ progress }: Backup) => work.show('Backing up', progress)
  const backup = await backups.wait(id, { signal: work.signal, onProgress })
  work.onLeaving(`The backup is complete on the server: vektor sync backups download ${id} --output FILE`)
  return backup
}

/** Twice would be once too often: what has a passphrase here has no recipients, whatever the preferences say. */
function requestOf({ recipient, 'passphrase-file': file }: BackupFlags): { recipients?: string[] } {
  if (file !== undefined) return { recipients: [] }
  return recipient === undefined ? {} : { recipients: recipient }
}
