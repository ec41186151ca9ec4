import {
  type ChatRequest,
  type ChatStream,
  type ConversationDetail,
  type ResumePoint,
  type Vektor,
  VektorError,
} from '@vektor/sdk'
import { answerAgain } from '../ask/branch.ts'
import { failureOf } from '../failure/failure.ts'
import { failureLines } from '../failure/report-failure.ts'
import { neutralise, neutraliseLine } from '../output/neutralise.ts'
import { paint } from '../output/paint.ts'
import { elsewhereLines, messageLines, modelLines, questionLines } from './conversation-lines.ts'
import type { Editor, EditorAction } from './editor/editor.ts'
import type { Intent } from './editor/keys.ts'
import { type BegunAnswer, Elsewhere } from './elsewhere.ts'
import { wrap } from './markdown/wrap.ts'
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
  /** Of the message that stands on the screen last, if a conversation goes on. */
  lastMessageId: string | undefined
  /** Columns of the screen right now. */
  width(): number
  quit(): void
}

/** What the keys do to the conversation: sends, stops, and obeys the slash commands. */
export class Conversation {
  readonly #parts: ConversationParts
  #answer: ChatStream | undefined
  #turn: Turn | undefined
  #hesitation: NodeJS.Timeout | undefined
  /** A question that may have arrived: asked again unchanged, it has the same key, so it is answered once. */
  #unsure: { request: string; key: string } | undefined
  readonly #leaving = new AbortController()
  /** Where to go on with an answer whose connection could not be had back. */
  #left: ResumePoint | undefined
  /** How many answers have been asked for. */
  #asked = 0
  /** What the next question comes after, where that is not the end of the conversation: another one is edited. */
  #branch: { parentId: string | null } | undefined

  readonly #elsewhere: Elsewhere
  /** The message that stands on the screen last. */
  #last: string | undefined

  constructor(parts: ConversationParts) {
    this.#parts = parts
    this.#last = parts.lastMessageId
    const { client } = parts
    this.#elsewhere = new Elsewhere({
      client,
      signal: this.#leaving.signal,
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
    if (this.#chat.phase === 'idle') this.#elsewhere.resume()
  }

  #mirror(answer: BegunAnswer): void {
    if (answer.conversationId !== this.#chat.conversationId) return
    this.#print(elsewhereLines(answer, this.#last, this.#parts.width()))
    this.follow(answer.conversationId, answer.messageId)
  }

  /** Shows an answer that is being written already, from its beginning. */
  follow(conversationId: string, messageId: string): void {
    this.#follow(conversationId, messageId).catch((error: unknown) => this.#tell(error))
  }

  async #follow(conversationId: string, messageId: string): Promise<void> {
    const { client, chat, width } = this.#parts
    chat.dispatch({ type: 'asked', question: '' })
    const stream = client.chat.follow({ conversationId, messageId, ...this.#watch() })
    await this.#show(stream)
    if (stream.cursor !== undefined || this.#left) return
    // It ended while we were coming: now it is stored whole.
    const { messages } = await client.history.get(conversationId, { tree: true })
    const message = messages.find(({ id }) => id === messageId)
    if (message) this.#print(messageLines(message, width()))
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
    this.#ask(text, question).catch((error: unknown) => this.#tell(error))
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
        this.#branch = undefined
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
    this.#branch = undefined
    chat.dispatch({ type: 'asked', question: '' })
    this.#print(['', paint('dim', '── answered again ──')])
    const stream = client.chat.stream(
      { model: this.#chat.model, conversation_id: conversation.id, ...again },
      this.#watch(),
    )
    await this.#show(stream)
  }

  #edit({ messages }: ConversationDetail): void {
    const question = messages.findLast(({ role }) => role === 'user')
    if (!question) return this.#hint('Nothing has been asked yet.')
    this.#branch = { parentId: question.parent_id }
    this.#parts.editor.dispatch({ type: 'restore', text: lineFor(question.content) })
    this.#hint('Enter asks it anew in place of the last question')
  }

  /** Nothing that was typed is lost: a question that was not taken is back in the input. */
  async #ask(typed: string, question: string): Promise<void> {
    const { conversationId, model } = this.#chat
    const messages = [{ role: 'user' as const, content: question }]
    const branch = this.#branch
    const request = {
      model,
      messages,
      ...(conversationId !== undefined && { conversation_id: conversationId }),
      ...(branch && { parent_id: branch.parentId }),
    }
    const idempotencyKey = this.#keyFor(request)
    const stream = this.#parts.client.chat.stream(request, { idempotencyKey, ...this.#watch() })
    this.#branch = undefined
    await this.#show(stream, () => {
      this.#branch = branch
      this.#parts.editor.dispatch({ type: 'restore', text: typed })
    })
  }

  #keyFor(request: ChatRequest): string {
    const text = JSON.stringify(request)
    if (this.#unsure?.request !== text) this.#unsure = { request: text, key: crypto.randomUUID() }
    return this.#unsure.key
  }

  #goOn(left: ResumePoint): void {
    this.#parts.chat.dispatch({ type: 'asked', question: '' })
    const stream = this.#parts.client.chat.follow({ ...left, ...this.#watch() })
    this.#show(stream).catch((error: unknown) => this.#tell(error))
  }

  #watch() {
    const { chat } = this.#parts
    return {
      signal: this.#leaving.signal,
      onConnection: (state: 'lost' | 'resumed') =>
        chat.dispatch({ type: 'connection', state: state === 'lost' ? 'lost' : 'up' }),
    }
  }

  async #show(stream: ChatStream, giveBack?: () => void): Promise<void> {
    const { chat, width } = this.#parts
    this.#elsewhere.pause()
    this.#answer = stream
    this.#asked += 1
    this.#left = undefined
    this.#turn = new Turn({ dispatch: chat.dispatch, width })
    try {
      await this.#turn.run(stream)
      this.#unsure = undefined
      chat.dispatch({ type: 'ended' })
    } catch (error) {
      if (!this.#leaving.signal.aborted) this.#fail(error, stream, giveBack)
    } finally {
      this.#answer = undefined
      this.#turn = undefined
      this.#listen(stream)
    }
  }

  /** A question that may have arrived is not to be taken for somebody else's. */
  #listen({ messageId, conversationId }: ChatStream): void {
    if (messageId !== undefined) {
      this.#elsewhere.know(messageId)
      if (conversationId === this.#chat.conversationId) this.#last = messageId
    }
    if (this.#unsure === undefined) this.#elsewhere.resume()
  }

  #fail(error: unknown, { conversationId, messageId, cursor }: ChatStream, giveBack?: () => void): void {
    const { chat, width } = this.#parts
    const isModelMissing = error instanceof VektorError && error.code === 'model-unavailable'
    const { hint, ...failure } = failureOf(error)
    // What to type in a shell is of no use here.
    const told = failureLines(isModelMissing || hint === undefined ? failure : { ...failure, hint })
    this.#print(told.flatMap((line) => wrap(paint('red', neutralise(line)), width())))
    if (conversationId && messageId && cursor) {
      this.#unsure = undefined
      this.#left = { conversationId, messageId, cursor }
      return chat.dispatch({ type: 'ended', hint: 'Enter goes on reading the answer' })
    }
    // Whoever knows that the question was refused may ask it anew; after silence it may have arrived.
    if (error instanceof VektorError && error.status !== undefined) this.#unsure = undefined
    giveBack?.()
    chat.dispatch({ type: 'ended', hint: isModelMissing ? '/model chooses another' : 'Enter tries again' })
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
      this.#branch = undefined
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
