import { Command, Flags } from '@oclif/core'
import { VektorError } from '@vektor/sdk'
import { CliError } from './failure/cli-error.ts'
import { unreachableSentence } from './failure/failure.ts'
import { toJson } from './output/json.ts'
import { type Connection, connect } from './profile/connection.ts'
import type { Terminal } from './terminal/ask.ts'

export interface GlobalFlags {
  url?: string | undefined
  profile?: string | undefined
  json: boolean
  quiet: boolean
}

/** What all commands share: how they reach the server, and what they print where. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    url: Flags.string({
      env: 'VEKTOR_URL',
      helpValue: 'ADDRESS',
      description: 'The server; without it where the profile signed in, else http://127.0.0.1:8000.',
      helpGroup: 'GLOBAL',
    }),
    profile: Flags.string({
      env: 'VEKTOR_PROFILE',
      helpValue: 'NAME',
      description: 'Which sign-in to use, if you have several: each has a name that you choose.',
      helpGroup: 'GLOBAL',
    }),
    json: Flags.boolean({ description: 'Print JSON, errors too.', helpGroup: 'GLOBAL' }),
    quiet: Flags.boolean({ char: 'q', description: 'Print data and errors only.', helpGroup: 'GLOBAL' }),
  }

  protected readonly terminal: Terminal = { input: process.stdin, output: process.stderr }

  #server: string | undefined

  protected async connect(flags: GlobalFlags): Promise<Connection> {
    const connection = await connect(flags, this.config.version)
    this.#server = connection.url
    return connection
  }

  /** The same, for what needs an account. */
  protected async connectSignedIn(flags: GlobalFlags): Promise<Connection> {
    const connection = await this.connect(flags)
    await connection.requireSignIn()
    return connection
  }

  /** Data, on standard output: the value for scripts, lines for people. */
  protected print(flags: GlobalFlags, value: unknown, lines: readonly string[]): void {
    const text = flags.json ? toJson(value) : lines.join('\n')
    if (text !== '') process.stdout.write(`${text}\n`)
  }

  /** Talk, on standard error. */
  protected tell(flags: GlobalFlags, sentence: string): void {
    if (!flags.quiet && !flags.json) process.stderr.write(`${sentence}\n`)
  }

  /** Everything that goes wrong is reported in one place, which does not know where we were connected to. */
  protected override async catch(error: Error): Promise<never> {
    if (!(error instanceof VektorError) || error.code !== 'network') throw error
    throw new CliError('unreachable', unreachableSentence(error, this.#server), { cause: error })
  }
}
