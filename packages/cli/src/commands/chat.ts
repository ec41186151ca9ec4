import { Args, Flags } from '@oclif/core'
import type { ConversationDetail } from '@vektor/sdk'
import { answerAgain, type Branching, editQuestion } from '../ask/branch.ts'
import { chooseModel } from '../ask/choose-model.ts'
import { imageFailure, withImages } from '../ask/image.ts'
import { readMessage } from '../ask/message.ts'
import { incompleteness, printAnswer, stoppedByInterrupt } from '../ask/print-answer.ts'
import { BaseCommand, type GlobalFlags } from '../base-command.ts'
import type { Elsewhere } from '../chat/elsewhere.ts'
import { CliError, EXIT_CODES } from '../failure/cli-error.ts'
import { followAccount } from '../follow/follow-account.ts'
import { neutraliseLine } from '../output/neutralise.ts'
import type { Connection } from '../profile/connection.ts'

interface ChatFlags extends GlobalFlags {
  model?: string | undefined
  conversation?: string | undefined
  continue: boolean
  goodbye?: string | undefined
  edit?: string | undefined
  regenerate: boolean
  image?: string[] | undefined
  follow: boolean
}

/** What to say, once it is known in which conversation. */
type Prompt = (conversation: ConversationDetail | undefined) => Branching | Promise<Branching>

export default class Chat extends BaseCommand {
  static override summary = 'Ask a model: once, or in a conversation on the terminal.'
  static override description =
    `With a message it prints the answer as it comes, and ends. Ctrl-C stops the answer and keeps it.
With something piped in too, the message says what to do with it. Without either, a conversation opens on the terminal.
With --follow it shows what is asked and answered from now on, on any device, in all conversations or in one, until Ctrl-C. Answers that are written at the same time are shown one after the other; with --json each event is a line as it comes.
The model is the one of --model, else the conversation's, else the profile's, else the preferred one, else the first that can be used.`
  static override examples = [
    '<%= config.bin %> chat',
    '<%= config.bin %> chat "How are you?"',
    '$ git diff | <%= config.bin %> chat "Review this"',
    '<%= config.bin %> chat --image photo.jpg "What is this?"',
    '<%= config.bin %> chat --continue "Tell me more about that"',
    '<%= config.bin %> chat --continue --regenerate',
    '<%= config.bin %> chat --conversation 0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b --edit 0197ef20-3d01-7e4c-b2a8-5d6c7b8a9f0e "In one word?"',
    '<%= config.bin %> chat --model eliza --json - < question.txt',
    '<%= config.bin %> chat --follow',
    '<%= config.bin %> chat --continue --follow | tee conversation.txt',
  ]
  static override args = {
    message: Args.string({ description: 'What to say; - reads it from standard input.' }),
  }
  static override flags = {
    model: Flags.string({ char: 'm', helpValue: 'NAME', description: 'Who answers: vektor models lists them.' }),
    continue: Flags.boolean({
      char: 'c',
      description: 'Go on with the last conversation.',
      exclusive: ['conversation'],
    }),
    conversation: Flags.string({ helpValue: 'ID', description: 'Go on with this one: vektor history lists them.' }),
    goodbye: Flags.string({
      hidden: true,
      env: 'VEKTOR_GOODBYE',
      description: 'What to say on leaving a conversation, for a program that opens it.',
    }),
    edit: Flags.string({
      helpValue: 'MESSAGE-ID',
      description: 'Ask this question of the conversation in other words; the old ones stay in a branch of their own.',
      exclusive: ['regenerate'],
    }),
    regenerate: Flags.boolean({
      description: 'Have the last question answered again, or the one whose id (or answer) is given for a message.',
    }),
    image: Flags.string({
      helpValue: 'FILE|URL',
      description: 'An image for the message; may be given several times.',
      multiple: true,
      multipleNonGreedy: true,
      exclusive: ['edit', 'regenerate'],
    }),
    follow: Flags.boolean({
      description: 'Only watch what is asked and answered, on any device.',
      exclusive: ['model', 'edit', 'regenerate', 'image'],
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Chat)
    if (flags.follow && args.message !== undefined)
      throw new CliError('usage', '--follow takes no message: it only watches.')
    const connection = await this.connect(flags)
    if (flags.follow) return this.#follow(flags, connection)
    if (flags.regenerate) return this.#answer(this.#again(connection, args.message), flags, connection)
    const message = await readMessage(args.message, process.stdin)
    if (message !== undefined) return this.#answer(this.#question(connection, flags, message), flags, connection)
    if (flags.image) throw new CliError('usage', '--image needs a message: what to do with it.')
    if (flags.edit !== undefined) throw new CliError('usage', '--edit needs a message: the question in other words.')
    if (flags.json) throw new CliError('usage', '--json needs a message.')
    if (!process.stdin.isTTY || !process.stdout.isTTY) {
      throw new CliError('usage', 'Without a terminal a message is needed: as an argument, or on standard input.')
    }
    await this.#converse(flags, connection)
  }

  #question({ client }: Connection, { edit: messageId, image }: ChatFlags, text: string): Prompt {
    if (messageId === undefined)
      return async () => ({ messages: [{ role: 'user', content: await withImages(text, image) }] })
    return (conversation) => editQuestion(client, requireConversation(conversation), { messageId, text })
  }

  #again({ client }: Connection, messageId: string | undefined): Prompt {
    return (conversation) => answerAgain(client, requireConversation(conversation), messageId)
  }

  async #answer(prompt: Prompt, flags: ChatFlags, connection: Connection): Promise<void> {
    await connection.requireSignIn()
    const { client, profile } = connection
    const conversation = await this.#conversation(flags, connection)
    const said = await prompt(conversation)
    const known = flags.model ?? conversation?.model ?? profile.model
    const model = known ?? (await firstChoice(client))
    if (!known && process.stderr.isTTY) this.tell(flags, `(${model} answers)`)
    const stream = client.chat.stream(
      {
        model,
        ...said,
        ...(conversation && { conversation_id: conversation.id }),
      },
      {
        onConnection: (state) => this.tell(flags, state === 'lost' ? 'Connection lost, resuming…' : 'Connected again.'),
      },
    )
    const { final, isStopped } = await stoppedByInterrupt(stream, async (signal) => {
      const output = { stdout: process.stdout, tell: (sentence: string) => this.tell(flags, sentence) }
      const final = flags.json ? await stream.final() : await printAnswer(stream, output)
      return { final, isStopped: signal.aborted }
    }).catch((error: unknown) => {
      // Scripts get what the server said.
      throw flags.image && !flags.json ? imageFailure(error) : error
    })
    if (!final) return
    const {
      conversationId: conversation_id,
      messageId: message_id,
      finishReason: finish_reason,
      content,
      reasoning,
      usage,
    } = final
    const notices = final.notices.map(({ code, detail }) => ({ code, detail }))
    const aside = { ...(reasoning !== '' && { reasoning }), ...(notices.length > 0 && { notices }) }
    if (flags.json)
      this.print(flags, { conversation_id, message_id, model, content, ...aside, finish_reason, usage }, [])
    const sentence = incompleteness(finish_reason)
    if (sentence) this.tell(flags, sentence)
    if (isStopped) process.exitCode = 130
    else if (finish_reason !== 'stop' && finish_reason !== 'length') process.exitCode = 1
  }

  async #follow(flags: ChatFlags, connection: Connection): Promise<void> {
    await connection.requireSignIn()
    const conversation = await this.#conversation(flags, connection)
    if (flags.continue && !conversation) throw new CliError('failed', 'There is no conversation to follow yet.')
    const what = conversation ? `"${neutraliseLine(conversation.title ?? conversation.id)}"` : 'all your conversations'
    if (process.stderr.isTTY) this.tell(flags, `(Following ${what}: Ctrl-C ends it)`)
    const leaving = new AbortController()
    process.once('SIGINT', () => leaving.abort())
    const { client } = connection
    const output = { stdout: process.stdout, tell: (sentence: string) => this.tell(flags, sentence) }
    const options = { client, conversationId: conversation?.id, isJson: flags.json, signal: leaving.signal, output }
    await followAccount(options)
    if (leaving.signal.aborted) process.exitCode = EXIT_CODES.interrupted
  }

  async #converse(flags: ChatFlags, connection: Connection): Promise<void> {
    await connection.requireSignIn()
    const { client, profile } = connection
    const { Elsewhere } = await import('../chat/elsewhere.ts')
    using elsewhere = new Elsewhere(client)
    const [view, models, conversation, preferences] = await Promise.all([
      import('../chat/open-chat.tsx'),
      client.models.list(),
      this.#listenAndRead(flags, connection, elsewhere),
      client.preferences.get(),
    ])
    const own = profile.model ?? preferences.default_model ?? undefined
    const choice = { asked: flags.model, conversation: conversation?.model, own }
    const model = chooseModel(models, choice)
    const goodbye = flags.goodbye
    await view.openChat({ client, elsewhere, models, model, goodbye, ...(conversation && { conversation }) })
  }

  /** Listens first: what is asked on another device meanwhile is either read or told. */
  async #listenAndRead(flags: ChatFlags, connection: Connection, elsewhere: Elsewhere) {
    if (!flags.continue && flags.conversation === undefined) return undefined
    await elsewhere.begin()
    return this.#conversation(flags, connection)
  }

  async #conversation(flags: ChatFlags, { client }: Connection): Promise<ConversationDetail | undefined> {
    if (flags.conversation !== undefined) return client.history.get(flags.conversation)
    if (!flags.continue) return undefined
    const [last] = await client.history.list({ limit: 1 })
    if (!last && !flags.follow) this.tell(flags, 'There is no conversation to go on with: this is the first.')
    return last && client.history.get(last.id)
  }
}

/** Who answers when nothing on this machine says so. */
async function firstChoice(client: Connection['client']): Promise<string> {
  const [models, preferences] = await Promise.all([client.models.list(), client.preferences.get()])
  const own = preferences.default_model ?? undefined
  return chooseModel(models, { asked: undefined, conversation: undefined, own })
}

function requireConversation(conversation: ConversationDetail | undefined): ConversationDetail {
  if (conversation) return conversation
  throw new CliError('usage', 'Say in which conversation: --conversation ID, or --continue.')
}
