import {
  type ChatEvent,
  type ChatStream,
  type ConversationDetail,
  type Message,
  type ResumePoint,
  type Vektor,
  VektorError,
} from '@vektor/sdk'
import { answerAgain } from '../ask/branch.ts'
import { failureOf } from '../failure/failure.ts'
import { failureLines } from '../failure/report-failure.ts'
import { neutralise, neutraliseLine } from '../output/neutralise.ts'
import { paint } from '../output/paint.ts'
import { Asking } from './asking.ts'
import { elsewhereLines, messageLines, modelLines, questionLines } from './conversation-lines.ts'
import type { Editor, EditorAction } from './editor/editor.ts'
import type { Intent } from './editor/keys.ts'
import type { BegunAnswer, Elsewhere } from './elsewhere.ts'
import { wrap } from './markdown/wrap.ts'
import { saidBefore, wholeAnswer } from './missed.ts'
import { HELP, lineFor, parseSlashCommand, questionIn, type SlashCommand } from './slash-command.ts'
import type { ChatAction, ChatState } from './state.ts'
import type { Store } from './store.ts'
import { Turn } from './turn.ts'

/** How long a second Ctrl-C is taken for one that leaves. */
const HESITATION_MS = 2000
const LEAVES_HINT = 'Ctrl-C again leaves'

export interface ConversationParts {
  client: Pick<Vektor, 'chat' | 'history'>
  chat: Store<ChatState, ChatAction>
  editor: Store<Editor, EditorAction>
  elsewhere: Elsewhere
  /** What stands on the screen already, if a conversation goes on. */
  said: readonly Message[]
  /** Columns of the screen right now. */
  width(): number
  quit(): void
}

/** How an answer is shown. */
interface Showing {
  /** Comes before its first word. */
  before?: (() => Promise<void>) | undefined
  /** Those of its stream, unless there is more to it. */
  events?: AsyncIterable<ChatEvent>
  /** It is known whether the question has arrived. */
  onSettled?: (() => void) | undefined
  /** The question was not answered. */
  onFailed?: (() => void) | undefined
}

/** What the keys do to the conversation: sends, stops, and obeys the slash commands. */
export class Conversation {
  readonly #parts: ConversationParts
  readonly #asking = new Asking()
  readonly #leaving = new AbortController()
  #answer: ChatStream | undefined
  #turn: Turn | undefined
  #hesitation: NodeJS.Timeout | undefined
  /** Where to go on with an answer whose connection could not be had back. */
  #left: ResumePoint | undefined
  /** How many answers have been asked for. */
  #asked = 0
  /** The message that stands on the screen last. */
  #last: string | undefined

  constructor(parts: ConversationParts) {
    const { elsewhere, said } = parts
    this.#parts = parts
    this.#last = said.at(-1)?.id
    for (const { id, role } of said) if (role === 'assistant') elsewhere.know(id)
    elsewhere.tell({
      onAnswer: (answer) => this.#mirror(answer),
      onConnection: this.#watch().onConnection,
      onFailure: (error) => this.#tell(error),
    })
  }

  get #chat(): ChatState {
    return this.#parts.chat.state
  }

  handle(intent: Intent): void {
    const { editor } = this.#parts
    switch (intent.type) {
      case 'edit':
        if (this.#chat.hint !== undefined) this.#hint(undefined)
        return editor.dispatch(intent.action)
      case 'enter':
        return this.#enter(editor.state)
      case 'stop':
        return this.#stop()
      case 'interrupt':
        return this.#interrupt(editor.state)
      case 'end-of-input':
        return editor.state.text === '' ? this.#parts.quit() : editor.dispatch({ type: 'delete-right' })
      case 'none':
        return
    }
  }

  /** From now on what other devices ask in the conversation that is open is shown too. */
  watchElsewhere(): void {
    if (this.#chat.phase === 'idle') this.#parts.elsewhere.resume()
  }

  #mirror(answer: BegunAnswer): void {
    if (answer.conversationId !== this.#chat.conversationId) return
    this.follow(answer.conversationId, answer.messageId, () => this.#tellOrigin(answer))
  }

  /** Shows an answer that is being written already, from its beginning. */
  follow(conversationId: string, messageId: string, before?: () => Promise<void>): void {
    const { client, chat, width } = this.#parts
    chat.dispatch({ type: 'asked', question: '' })
    const stream = client.chat.follow({ conversationId, messageId, ...this.#watch() })
    const whole = wholeAnswer(client, stream, (message) => this.#print(messageLines(message, width())))
    this.#run(stream, { before, events: whole })
  }

  /** What an answer from elsewhere answers. */
  async #tellOrigin(answer: BegunAnswer): Promise<void> {
    const { client, editor, width } = this.#parts
    const own = this.#asking.recognise(answer)
    const before = await saidBefore(client, answer, this.#last)
    this.#print(elsewhereLines(answer, { isOwn: own !== undefined, before }, width()))
    if (own && editor.state.text === own.typed) editor.dispatch({ type: 'remember', text: own.typed })
  }

  /** The screen has another size. */
  redraw(): void {
    this.#turn?.redraw()
  }

  /** Lets go of an answer that is still being written: the server goes on with it. */
  leave(): void {
    this.#leaving.abort()
  }

  #enter({ text, cursor }: Editor): void {
    const { editor, chat } = this.#parts
    if (text.endsWith('\\') && cursor === text.length) {
      editor.dispatch({ type: 'delete-left' })
      return editor.dispatch({ type: 'insert', text: '\n' })
    }
    if (text.trim() === '') return this.#left && this.#chat.phase === 'idle' ? this.#goOn(this.#left) : undefined
    const command = parseSlashCommand(text)
    if (command) {
      editor.dispatch({ type: 'remember', text })
      return this.#obey(command)
    }
    if (this.#chat.phase !== 'idle') return this.#hint('Still answering: Esc stops it.')
    editor.dispatch({ type: 'remember', text })
    const question = questionIn(text)
    chat.dispatch({ type: 'asked', question })
    this.#print(questionLines(question, this.#parts.width()))
    this.#ask(text, question)
  }

  #obey(command: SlashCommand): void {
    const { models, model, phase } = this.#chat
    switch (command.name) {
      case 'help':
        return this.#print(['', ...HELP.flatMap((line) => wrap(paint('dim', line), this.#parts.width()))])
      case 'model':
        return command.argument === ''
          ? this.#print(['', ...modelLines(models, model)])
          : this.#choose(command.argument)
      case 'new':
        if (phase !== 'idle') return this.#hint('Stop the answer first: Esc.')
        this.#print(['', paint('dim', '── new conversation ──')])
        this.#left = undefined
        this.#asking.goOn()
        this.#last = undefined
        return this.#parts.chat.dispatch({ type: 'began-anew' })
      case 'retry':
        return this.#goBack((conversation) => this.#retry(conversation))
      case 'edit':
        return this.#goBack((conversation) => this.#edit(conversation))
      case 'quit':
        return this.#parts.quit()
      case 'unknown':
        return this.#hint(command.sentence)
    }
  }

  #choose(name: string): void {
    const model = this.#chat.models.find((choice) => choice.name === name)
    if (!model) return this.#hint(`There is no model ${neutraliseLine(name)}: /model lists them.`)
    if (!model.available) return this.#hint(neutraliseLine(model.reason ?? `${name} cannot be used right now.`))
    this.#parts.chat.dispatch({ type: 'chose-model', model: name })
  }

  /** Does something about what was said last, once it is known what that was, if it is still the last by then. */
  #goBack(act: (conversation: ConversationDetail) => void | Promise<void>): void {
    const { conversationId, phase } = this.#chat
    if (phase !== 'idle') return this.#hint('Stop the answer first: Esc.')
    if (conversationId === undefined) return this.#hint('Nothing has been asked yet.')
    const asked = this.#asked
    const isLast = () => this.#asked === asked && this.#chat.conversationId === conversationId
    const known = this.#parts.client.history.get(conversationId)
    known
      .then((conversation) => (isLast() ? act(conversation) : undefined))
      .catch((error: unknown) => this.#tell(error))
  }

  async #retry(conversation: ConversationDetail): Promise<void> {
    const { chat, client } = this.#parts
    const again = await answerAgain(client, conversation)
    this.#asking.goOn()
    chat.dispatch({ type: 'asked', question: '' })
    this.#print(['', paint('dim', '── answered again ──')])
    const stream = client.chat.stream(
      { model: this.#chat.model, conversation_id: conversation.id, ...again },
      this.#watch(),
    )
    this.#run(stream)
  }

  #edit({ messages }: ConversationDetail): void {
    const question = messages.findLast(({ role }) => role === 'user')
    if (!question) return this.#hint('Nothing has been asked yet.')
    this.#asking.branchFrom(question.parent_id)
    this.#parts.editor.dispatch({ type: 'restore', text: lineFor(question.content) })
    this.#hint('Enter asks it anew in place of the last question')
  }

  /** Nothing that was typed is lost: a question that was not taken is back in the input. */
  #ask(typed: string, text: string): void {
    const { conversationId, model } = this.#chat
    const question = this.#asking.send({ typed, text, model, conversationId })
    const { request, idempotencyKey } = question
    const stream = this.#parts.client.chat.stream(request, { idempotencyKey, ...this.#watch() })
    this.#run(stream, {
      onSettled: () => this.#asking.settle(question),
      onFailed: () => {
        this.#asking.takeBack(question)
        this.#parts.editor.dispatch({ type: 'restore', text: typed })
      },
    })
  }

  #goOn(left: ResumePoint): void {
    this.#parts.chat.dispatch({ type: 'asked', question: '' })
    this.#run(this.#parts.client.chat.follow({ ...left, ...this.#watch() }))
  }

  #watch() {
    const { chat } = this.#parts
    return {
      signal: this.#leaving.signal,
      onConnection: (state: 'lost' | 'resumed') =>
        chat.dispatch({ type: 'connection', state: state === 'lost' ? 'lost' : 'up' }),
    }
  }

  #run(stream: ChatStream, showing: Showing = {}): void {
    this.#show(stream, showing).catch((error: unknown) => this.#tell(error))
  }

  /** Until it is over nothing else is shown. */
  async #show(stream: ChatStream, { before, events = stream, onSettled, onFailed }: Showing): Promise<void> {
    const { chat, elsewhere, width } = this.#parts
    elsewhere.pause()
    this.#answer = stream
    this.#asked += 1
    this.#left = undefined
    this.#turn = new Turn({ dispatch: chat.dispatch, width })
    try {
      await before?.()
      await this.#turn.run(events)
      onSettled?.()
      chat.dispatch({ type: 'ended' })
    } catch (error) {
      if (!this.#leaving.signal.aborted) this.#fail(error, stream, { onSettled, onFailed })
    } finally {
      this.#answer = undefined
      this.#turn = undefined
      const { conversationId, messageId } = stream
      if (messageId !== undefined) {
        elsewhere.know(messageId)
        if (conversationId === this.#chat.conversationId) this.#last = messageId
      }
      elsewhere.resume()
    }
  }

  #fail(error: unknown, { conversationId, messageId, cursor }: ChatStream, { onSettled, onFailed }: Showing): void {
    const { chat, width } = this.#parts
    const isModelMissing = error instanceof VektorError && error.code === 'model-unavailable'
    const { hint, ...failure } = failureOf(error)
    // What to type in a shell is of no use here.
    const told = failureLines(isModelMissing || hint === undefined ? failure : { ...failure, hint })
    this.#print(told.flatMap((line) => wrap(paint('red', neutralise(line)), width())))
    if (conversationId && messageId && cursor) {
      onSettled?.()
      this.#left = { conversationId, messageId, cursor }
      return chat.dispatch({ type: 'ended', hint: 'Enter goes on reading the answer' })
    }
    // Whoever knows that the question was refused may ask it anew; after silence it may have arrived.
    if (error instanceof VektorError && error.status !== undefined) onSettled?.()
    onFailed?.()
    const again = onFailed && { hint: 'Enter tries again' }
    chat.dispatch({ type: 'ended', ...(isModelMissing ? { hint: '/model chooses another' } : again) })
  }

  #stop(): void {
    if (this.#chat.phase === 'idle' || this.#chat.phase === 'stopping') return
    this.#parts.chat.dispatch({ type: 'stopping' })
    this.#answer?.stop().catch((error: unknown) => this.#tell(error))
  }

  /** Stops the answer, and leaves when that cannot be had: when it was asked for already, or the server is away. */
  #interrupt({ text }: Editor): void {
    const { phase, connection } = this.#chat
    if (phase === 'stopping' || (phase !== 'idle' && connection === 'lost')) return this.#parts.quit()
    if (phase !== 'idle') return this.#stop()
    // What was typed can be had back with the arrow keys.
    if (text !== '') {
      this.#asking.goOn()
      return this.#parts.editor.dispatch({ type: 'remember', text })
    }
    this.#quitIfSure()
  }

  /** A key that was meant for an answer may come when the answer has just ended. */
  #quitIfSure(): void {
    if (this.#chat.hint === LEAVES_HINT) return this.#parts.quit()
    this.#hint(LEAVES_HINT)
    clearTimeout(this.#hesitation)
    this.#hesitation = setTimeout(() => {
      if (this.#chat.hint === LEAVES_HINT) this.#hint(undefined)
    }, HESITATION_MS).unref()
  }

  #print(lines: string[]): void {
    this.#parts.chat.dispatch({ type: 'printed', lines })
  }

  #tell(error: unknown): void {
    this.#hint(failureLines(failureOf(error)).join(' '))
  }

  #hint(hint: string | undefined): void {
    this.#parts.chat.dispatch({ type: 'hinted', hint })
  }
}
