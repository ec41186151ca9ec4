import { openSqlite, type Transaction } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { newId } from '../../src/id.ts'
import {
  type Conversation,
  ConversationListRepository,
  ConversationRepository,
  ConversationService,
  type Message,
} from '../../src/modules/conversations/index.ts'

export const MESSAGES_PER_CONVERSATION = 10
const WORDS_PER_MESSAGE = 30
const CONVERSATIONS_PER_TRANSACTION = 50

/** A database with a history as large as that of its owner, and a stranger whose history is just as large. */
export async function openFilledHistory(file: string, messages: number) {
  const database = openSqlite(file)
  await migrate(database)
  const repository = new ConversationRepository(database)
  const [owner, stranger] = [newId(), newId()]
  for (const account of [owner, stranger]) {
    const names = { email: account, email_key: account, username: account, username_key: account }
    await database.write('accounts').insert({
      ...{ id: account, ...names, password_hash: '', role: 'user', created_at: 0, updated_at: 0 },
    })
    const count = messages / MESSAGES_PER_CONVERSATION
    for (let number = 0; number < count; number += CONVERSATIONS_PER_TRANSACTION) {
      await database.transaction(async (transaction) => {
        const end = Math.min(count, number + CONVERSATIONS_PER_TRANSACTION)
        for (let at = number; at < end; at += 1) await fill(transaction, repository, { owner: account, number: at })
      })
    }
  }
  await database.write.raw('PRAGMA wal_checkpoint(TRUNCATE)')
  const lists = new ConversationListRepository(database)
  const conversations = new ConversationService({
    database,
    conversations: repository,
    lists,
    async beforeDelete() {},
    now: Date.now,
  })
  return { database, conversations, owner }
}

async function fill(
  transaction: Transaction,
  repository: ConversationRepository,
  { owner, number }: { owner: string; number: number },
): Promise<void> {
  const conversation: Conversation = {
    ...{ id: newId(), ownerId: owner, title: `Conversación ${number}`, model: 'eliza', system: null },
    ...{ currentMessageId: null, messageCount: MESSAGES_PER_CONVERSATION, expiresAt: null },
    ...{ createdAt: number, updatedAt: number },
  }
  await repository.insert(transaction, conversation)
  const messages = Array.from({ length: MESSAGES_PER_CONVERSATION }, (_, at): Message => {
    const ending = { finishReason: null, usage: null, failure: null, status: 'completed' as const }
    const content = textOf(number * MESSAGES_PER_CONVERSATION + at)
    const place = { id: newId(), conversationId: conversation.id, parentId: null, createdAt: number }
    return { ...place, role: 'user', content, model: null, ...ending }
  })
  await repository.insertMessages(transaction, conversation, messages)
}

/** Words as language has them, few of them often; `needle7` stands in one message, `seldom` in every thousandth. */
function textOf(number: number): string {
  const words = Array.from({ length: WORDS_PER_MESSAGE }, () => `palabra${Math.floor(5_000 * Math.random() ** 3)}`)
  if (number % 1_000 === 0) words.push('seldom')
  return [...words, `needle${number}`].join(' ')
}
