/** Prints at the pace of whoever reads it, and notices when nobody does any more. */
export class PacedOutput {
  readonly #stdout: NodeJS.WriteStream
  #last = ''
  isClosed = false

  constructor(stdout: NodeJS.WriteStream) {
    this.#stdout = stdout
    // `vektor chat … | head -1` has read enough; oclif keeps it from being an error.
    stdout.on('close', () => this.#close()).on('error', () => this.#close())
  }

  async write(text: string): Promise<void> {
    if (text === '' || this.isClosed) return
    this.#last = text.slice(-1)
    await new Promise<void>((resolve) =>
      this.#stdout.write(text, (error) => {
        if (error) this.#close()
        resolve()
      }),
    )
  }

  /** What comes next stands on a line of its own. */
  async endLine(): Promise<void> {
    if (this.#last !== '' && this.#last !== '\n') await this.write('\n')
  }

  #close(): void {
    this.isClosed = true
  }
}
