import { render } from 'ink'
import { neutralise } from '../output/neutralise.ts'
import type { ChatClient, ModelChoice, StoredConversation, StoredMessage } from './chat-client.ts'
import { questionLines } from './conversation.ts'
import { AnswerPrinter } from './markdown/answer-printer.ts'
import { paint } from './markdown/paint.ts'
import type { ChatState } from './state.ts'
import { ChatApp } from './view/chat-app.tsx'

/** The view follows the stream at a reader's pace: more frames would only cost battery. */
const MAX_FPS = 20

export interface OpenChatOptions {
  client: ChatClient
  models: readonly ModelChoice[]
  model: string
  /** The conversation to go on with; a new one begins with the first message. */
  conversation?: StoredConversation
  stdin?: NodeJS.ReadStream
  stdout?: NodeJS.WriteStream
}

/** Opens the conversation in the terminal; resolves when the user leaves it. */
export async function openChat(options: OpenChatOptions): Promise<void> {
  const { client, stdin = process.stdin, stdout = process.stdout } = options
  let last = initialState(options, stdout.columns)
  const view = render(<ChatApp client={client} initial={last} onChange={(state) => (last = state)} />, {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    incrementalRendering: true,
    maxFps: MAX_FPS,
    kittyKeyboard: { mode: 'auto' },
  })
  await view.waitUntilExit()
  if (last.conversationId !== undefined) stdout.write('vektor chat -c continues this conversation.\n')
}

function initialState({ models, model, conversation }: OpenChatOptions, columns: number): ChatState {
  const printed = conversation ? conversation.messages.flatMap((message) => messageLines(message, columns)) : WELCOME
  return {
    printed: printed.length === 0 ? [] : [{ id: 0, text: printed.join('\n') }],
    phase: 'idle',
    connection: 'up',
    model,
    models,
    conversationId: conversation?.id,
    title: conversation?.title ?? undefined,
    open: [],
    hint: undefined,
  }
}

const WELCOME = [paint('bold', 'Vektor'), paint('dim', 'Ask something. /help lists the commands, /quit leaves.')]

function messageLines(message: StoredMessage, width: number): string[] {
  if (message.role === 'user') return questionLines(message.content)
  const printer = new AnswerPrinter()
  const lines = [...printer.write(message.content, width), ...printer.end(width)]
  const note = message.role === 'system' ? 'system message' : noteOf(message)
  return note === undefined ? lines : [...lines, paint('yellow', `(${note})`)]
}

function noteOf({ status, error }: StoredMessage): string | undefined {
  if (status === 'completed') return undefined
  if (status === 'failed') return neutralise(error?.detail ?? 'the answer failed')
  return status === 'in_progress' ? 'this answer is still being written' : `this answer was ${status}`
}
