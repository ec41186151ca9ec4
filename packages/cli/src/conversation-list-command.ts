import { Flags } from '@oclif/core'
import { BaseCommand, type GlobalFlags } from './base-command.ts'
import { conversationRows } from './output/conversation-rows.ts'

interface ListFlags extends GlobalFlags {
  limit: number
  all: boolean
}

/** Lists conversations: some, unless all are wanted. */
export abstract class ConversationListCommand extends BaseCommand {
  static override flags = {
    limit: Flags.integer({ char: 'n', min: 1, max: 200, default: 20, helpValue: 'N', description: 'How many.' }),
    all: Flags.boolean({ description: 'All of them.' }),
  }

  /** Those with the words of `q`, or without it whichever. `none` is what to say if there are none. */
  protected async list(flags: ListFlags, { q, none }: { q?: string; none: string }): Promise<void> {
    const { history } = (await this.connectSignedIn(flags)).client
    const conversations = flags.all
      ? await Array.fromAsync(history.all({ q, limit: 200 }))
      : await history.list({ q, limit: flags.limit })
    this.print(flags, conversations, conversationRows(conversations))
    if (conversations.length === 0) this.tell(flags, none)
    if (!flags.all && conversations.length === flags.limit) this.tell(flags, 'There may be more: --all lists them.')
  }
}
