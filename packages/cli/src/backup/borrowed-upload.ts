import { type Backup, type Vektor, VektorError } from '@vektor/sdk'

/** An archive that is on the server only to be restored: it is deleted again, unless somebody still needs it. */
export class BorrowedUpload implements AsyncDisposable {
  readonly id: string
  readonly #backups: Vektor['backups']
  readonly #tell: (sentence: string) => void
  #isKept = false

  constructor({ backups }: Pick<Vektor, 'backups'>, { backup_id }: Backup, tell: (sentence: string) => void) {
    this.id = backup_id
    this.#backups = backups
    this.#tell = tell
  }

  /** It is still being restored from. */
  keep(): void {
    this.#isKept = true
    this.#tell(`The archive that was uploaded for this stays there: vektor sync backups delete ${this.id}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isKept) return
    try {
      await this.#backups.delete(this.id)
      this.#tell('The archive that was uploaded for this is deleted again.')
    } catch (error) {
      // What was restored stays restored.
      if (!(error instanceof VektorError)) throw error
      this.#tell(`The archive that was uploaded for this is still there: vektor sync backups delete ${this.id}`)
    }
  }
}
