import { neutralise } from '../output/neutralise.ts'
import type { AnswerStream, ChatClient } from './chat-client.ts'
import type { Editor, EditorAction } from './editor/editor.ts'
import { paint } from './markdown/paint.ts'
import { modelLines } from './model-lines.ts'
import { type TurnOutput, runTurn } from './run-turn.ts'
import { HELP, type SlashCommand, parseSlashCommand } from './slash-command.ts'
import type { ChatState } from './state.ts'

interface ConversationOutput extends TurnOutput {
  edit(action: EditorAction): void
  quit(): void
}

/** What the keys do to the conversation: sends, stops, and obeys the slash commands. */
export class Conversation {
  readonly #client: ChatClient
  readonly #output: ConversationOutput
  #answer: AnswerStream | undefined

  constructor(client: ChatClient, output: ConversationOutput) {
    this.#client = client
    this.#output = output
  }

  handle(intent: 'enter' | 'stop' | 'interrupt' | 'end-of-input' | 'none', chat: ChatState, editor: Editor): void {
    switch (intent) {
      case 'enter':
        return this.#enter(chat, editor)
      case 'stop':
        return this.#stop(chat)
      case 'interrupt':
        return chat.phase === 'idle' ? this.#clearOrQuit(editor) : this.#stop(chat)
      case 'end-of-input':
        return editor.text === '' ? this.#quit(chat) : this.#output.edit({ type: 'delete-right' })
      case 'none':
        return
    }
  }

  #enter(chat: ChatState, editor: Editor): void {
    if (editor.text.endsWith('\\') && editor.cursor === editor.text.length) {
      this.#output.edit({ type: 'delete-left' })
      return this.#output.edit({ type: 'insert', text: '\n' })
    }
    if (editor.text.trim() === '') return
    const command = parseSlashCommand(editor.text)
    if (command) {
      this.#output.edit({ type: 'remember', text: editor.text })
      return this.#obey(command, chat)
    }
    if (chat.phase === 'idle') void this.#send(editor.text.replace(/^\s*\/\//, '/'), chat)
  }

  #obey(command: SlashCommand, chat: ChatState): void {
    switch (command.name) {
      case 'help':
        return this.#print(['', ...HELP.map((line) => paint('dim', line))])
      case 'model':
        return command.argument === '' ? this.#print(['', ...modelLines(chat)]) : this.#choose(command.argument, chat)
      case 'new':
        if (chat.phase !== 'idle') return this.#hint('Stop the answer first: Esc.')
        this.#print(['', paint('dim', '── new conversation ──')])
        return this.#output.dispatch({ type: 'began-anew' })
      case 'quit':
        return this.#quit(chat)
      case 'unknown':
        return this.#hint(command.sentence)
    }
  }

  #choose(name: string, chat: ChatState): void {
    const model = chat.models.find((choice) => choice.name === name)
    if (!model) return this.#hint(`There is no model ${neutralise(name)}: /model lists them.`)
    if (!model.available) return this.#hint(model.reason ?? `${name} cannot be used right now.`)
    this.#output.dispatch({ type: 'chose-model', model: name })
  }

  async #send(question: string, chat: ChatState): Promise<void> {
    this.#output.edit({ type: 'remember', text: question })
    this.#output.dispatch({ type: 'asked', question })
    this.#print(questionLines(question))
    try {
      this.#answer = this.#client.chat.stream(
        {
          model: chat.model,
          messages: [{ role: 'user', content: question }],
          ...(chat.conversationId !== undefined && { conversation_id: chat.conversationId }),
        },
        {
          onConnection: (state) =>
            this.#output.dispatch({ type: 'connection', state: state === 'lost' ? 'lost' : 'up' }),
        },
      )
      await runTurn(this.#answer, this.#output)
      this.#output.dispatch({ type: 'ended' })
    } catch (error) {
      this.#fail(question, error)
    } finally {
      this.#answer = undefined
    }
  }

  /** Nothing that was typed is lost: the question is back in the input. */
  #fail(question: string, error: unknown): void {
    const sentence = neutralise(error instanceof Error ? error.message : String(error))
    this.#print([paint('red', sentence)])
    this.#output.edit({ type: 'replace', text: question })
    this.#output.dispatch({ type: 'ended', hint: 'Enter tries again' })
  }

  #stop(chat: ChatState): void {
    if (chat.phase === 'idle' || chat.phase === 'stopping') return
    this.#output.dispatch({ type: 'stopping' })
    this.#answer?.stop().catch((error: unknown) => this.#hint(error instanceof Error ? error.message : String(error)))
  }

  #clearOrQuit(editor: Editor): void {
    if (editor.text === '') this.#output.quit()
    else this.#output.edit({ type: 'replace', text: '' })
  }

  /** An answer that is still being written goes on on the server, and is there when the conversation is opened again. */
  #quit(chat: ChatState): void {
    if (chat.phase !== 'idle') this.#print([paint('dim', '(the answer goes on on the server)')])
    this.#output.quit()
  }

  #print(lines: string[]): void {
    this.#output.dispatch({ type: 'printed', lines })
  }

  #hint(hint: string): void {
    this.#output.dispatch({ type: 'hinted', hint })
  }
}

/** A question as it stands in the scrollback. */
export function questionLines(question: string): string[] {
  const lines = neutralise(question).split('\n')
  return ['', ...lines.map((line, index) => paint('bold', `${index === 0 ? '› ' : '  '}${line}`)), '']
}
