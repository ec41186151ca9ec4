import type { ConversationDetail, Message, Model, Vektor } from '@vektor/sdk'
import { type Instance, render } from 'ink'
import { neutraliseLine } from '../output/neutralise.ts'
import { paint } from '../output/paint.ts'
import { screenSize } from '../terminal/screen-size.ts'
import { Conversation } from './conversation.ts'
import { conversationLines } from './conversation-lines.ts'
import { emptyEditor, reduceEditor } from './editor/editor.ts'
import type { Elsewhere } from './elsewhere.ts'
import { wrap } from './markdown/wrap.ts'
import { type ChatState, reduceChat } from './state.ts'
import { Store } from './store.ts'
import { ChatApp } from './view/chat-app.tsx'
import type { Frame } from './view/frame.ts'
import { ResizeGuard } from './view/resize-guard.ts'
import { sparingScrollback } from './view/scrollback.ts'

/** The view follows the stream at a reader's pace: more frames would only cost battery. */
const MAX_FPS = 20

/** More of an old conversation than this is not read again here. */
const MOST_MESSAGES = 40

export interface OpenChatOptions {
  client: Pick<Vektor, 'chat' | 'history'>
  /** Tells of other devices, from before the conversation was read. */
  elsewhere: Elsewhere
  models: readonly Model[]
  model: string
  /** The conversation to go on with; a new one begins with the first message. */
  conversation?: ConversationDetail
  /** What is said on leaving instead of what `vektor` does for itself. */
  goodbye?: string | undefined
  stdin?: NodeJS.ReadStream
  stdout?: NodeJS.WriteStream
}

/** Opens the conversation in the terminal; resolves when the user leaves it. */
export async function openChat(options: OpenChatOptions): Promise<void> {
  const { client, elsewhere, conversation: old, stdin = process.stdin, stdout = process.stdout } = options
  const running = old && runningAnswer(old)
  const chat = new Store(reduceChat, initialState(options, running, screenSize(stdout).columns))
  const editor = new Store(reduceEditor, emptyEditor)
  using guard = new ResizeGuard(stdout, {
    resizing: () => chat.hold({ ...chat.state, open: [] }),
    settled: () => {
      conversation.redraw()
      chat.release()
    },
  })
  let frame: Frame | undefined
  const said = old?.messages ?? []
  const screen = { width: () => guard.width(), quit: () => leave(view) }
  const conversation = new Conversation({ client, chat, editor, elsewhere, said, ...screen })
  const app = <ChatApp chat={chat} editor={editor} conversation={conversation} onDraw={(next) => (frame = next)} />
  // Ink does so only after its first frame: what is typed until then would be echoed into it.
  stdin.setRawMode(true)
  const view = render(app, {
    stdin,
    stdout: sparingScrollback(stdout),
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    incrementalRendering: true,
    maxFps: MAX_FPS,
    kittyKeyboard: { mode: 'auto' },
    onRender: () => guard.drawn(frame),
  })
  if (old && running) conversation.follow(old.id, running.id)
  else conversation.watchElsewhere()
  await view.waitUntilExit()
  if (chat.state.conversationId !== undefined) stdout.write(`${options.goodbye ?? goodbye(chat.state)}\n`)
  conversation.leave()
}

function goodbye({ phase }: ChatState): string {
  const words = 'vektor chat -c continues this conversation.'
  return phase === 'idle' ? words : `The answer goes on on the server.\n${words}`
}

/** What is finished stays on the screen; the input and the status line go. */
function leave(view: Instance): void {
  view.waitUntilRenderFlush().then(() => {
    view.clear()
    view.unmount()
  }, view.unmount)
}

function initialState(options: OpenChatOptions, running: Message | undefined, columns: number): ChatState {
  const { models, model, conversation } = options
  const printed = conversation ? backlog(conversation, running, columns) : welcome(model, columns)
  return {
    printed: [{ id: 0, text: printed.join('\n') }],
    phase: 'idle',
    connection: 'up',
    model,
    models,
    conversationId: conversation?.id,
    title: conversation?.title ?? undefined,
    open: [],
    hint: modelHint(models, model),
  }
}

/** The model of an old conversation may have lost its key since. */
function modelHint(models: readonly Model[], name: string): string | undefined {
  const isUsable = models.some((model) => model.name === name && model.available)
  return isUsable ? undefined : `${name} cannot answer now: /model chooses another`
}

function welcome(model: string, columns: number): string[] {
  const advice = `Ask ${neutraliseLine(model)} something. /help lists the commands, /quit leaves.`
  return [paint('bold', 'Vektor'), ...wrap(paint('dim', advice), columns)]
}

function backlog({ id, messages }: ConversationDetail, running: Message | undefined, columns: number): string[] {
  const told = messages.filter((message) => message !== running)
  const left = told.length - MOST_MESSAGES
  const note = left > 0 ? wrap(paint('dim', `(${left} earlier messages: vektor history show ${id})`), columns) : []
  return [...note, ...conversationLines(told.slice(-MOST_MESSAGES), columns)]
}

/** The answer that is still being written, if there is one. */
function runningAnswer({ messages }: ConversationDetail): Message | undefined {
  return messages.findLast((message) => message.status === 'in_progress')
}
