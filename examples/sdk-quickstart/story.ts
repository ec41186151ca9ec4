import { randomUUID } from 'node:crypto'
import { type ChatStream, createVektor, type FinalMessage, type ResumePoint, type Vektor } from '@vektor/sdk'

export interface Story {
  /** An answer whose stream was left after its first words and followed from there. */
  interrupted: FinalMessage
  /** The answer to a second question in the same conversation. */
  continued: FinalMessage
  /** Everything that was said, as the server stored it. */
  stored: string[]
}

/** Signs in, asks, loses the connection, goes on, asks again, and reads the conversation. */
export async function tellStory(baseUrl: string, print: (text: string) => void): Promise<Story> {
  const vektor = createVektor({ baseUrl, device: { name: 'SDK quickstart' } })
  await signIn(vektor)

  const question = '¿Cómo estás hoy?'
  print(`\n> ${question}\n`)
  const stream = vektor.chat.stream({ model: 'eliza', messages: [{ role: 'user', content: question }] })
  const left = await readFirstWords(stream, print)
  print(' […] ')
  const interrupted = await printToTheEnd(vektor.chat.follow(left), print)

  const next = 'Tell me more about that.'
  print(`\n\n> ${next}\n`)
  const request = { model: 'eliza', messages: [{ role: 'user' as const, content: next }] }
  const again = vektor.chat.stream({ ...request, conversation_id: interrupted.conversationId })
  const continued = await printToTheEnd(again, print)

  const { title, messages } = await vektor.history.get(continued.conversationId)
  print(`\n\n"${title}" holds ${messages.length} messages.\n`)
  return { interrupted, continued, stored: messages.map(({ content }) => content) }
}

/** A new account, so that the story can be told again and again. */
async function signIn(vektor: Vektor): Promise<void> {
  const username = `quickstart-${randomUUID().slice(0, 8)}`
  const password = randomUUID()
  await vektor.auth.register({ email: `${username}@example.com`, username, password })
  await vektor.auth.logIn({ username, password })
}

/** Leaving the loop closes the connection, as a network that fails would. The server goes on with its answer. */
async function readFirstWords(stream: ChatStream, print: (text: string) => void): Promise<ResumePoint> {
  for await (const event of stream) {
    if (event.type !== 'delta') continue
    print(event.content)
    const { conversationId, messageId, cursor } = stream
    if (conversationId && messageId && cursor) return { conversationId, messageId, cursor, content: event.content }
  }
  throw new Error('The answer ended before its first words.')
}

async function printToTheEnd(stream: ChatStream, print: (text: string) => void): Promise<FinalMessage> {
  for await (const piece of stream.text()) print(piece)
  return stream.final()
}
