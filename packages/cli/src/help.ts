import { CommandHelp, Help } from '@oclif/core'

const EXAMPLES = [
  ['vektor login --url https://vektor.example.com', 'Sign in to a server.'],
  ['vektor chat', 'Open a conversation.'],
  ['vektor chat -c', 'Go on with the last one.'],
  ['vektor chat "How are you?"', 'Ask once.'],
  ['git diff | vektor chat "Review this"', 'Ask about something.'],
] as const

/** The summary stands above everything already. */
class VektorCommandHelp extends CommandHelp {
  protected override description(): string | undefined {
    const { description } = this.command
    return description && this.wrap(description)
  }
}

/** oclif's help; its first page holds what somebody new looks for, and nothing of the machine it was made on. */
export class VektorHelp extends Help {
  protected override CommandHelpClass = VektorCommandHelp

  /** Of topics that are commands too, the commands' list tells. */
  protected override get sortedTopics() {
    return super.sortedTopics.filter(({ name }) => !this.config.commandIDs.includes(name))
  }

  protected override async showRootHelp(): Promise<void> {
    const commands = this.sortedCommands.filter(({ id }) => !id.includes(':'))
    const examples = EXAMPLES.map(([command, does]): [string, string] => [`$ ${command}`, does])
    const list = this.renderList(examples, { indentation: 2, spacer: '\n', stripAnsi: true })
    const parts = [
      'Chat with your Vektor server from the terminal, and script it.',
      this.section('USAGE', '$ vektor COMMAND'),
      this.formatCommands(commands),
      this.section('EXAMPLES', list),
      'vektor COMMAND --help shows the flags and examples of a command.',
    ]
    this.log(parts.join('\n\n'))
  }
}
