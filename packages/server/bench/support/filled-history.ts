import type { Database, Transaction } from '../../src/database/database.ts'
import { ownerWord } from '../../src/database/search-words.ts'
import { newId } from '../../src/id.ts'
import {
  ConversationListRepository,
  ConversationRepository,
  ConversationService,
} from '../../src/modules/conversations/index.ts'

export const MESSAGES_PER_CONVERSATION = 10
const WORDS_PER_MESSAGE = 30

export interface FilledHistory {
  database: Database
  conversations: ConversationService
  owner: string
}

/** Gives an account so many messages, and a stranger just as many. The databases make them up by themselves. */
export async function fillHistory(database: Database, messages: number): Promise<FilledHistory> {
  const [owner, stranger] = [newId(), newId()]
  await database.transaction(async (transaction) => {
    for (const account of [owner, stranger]) await fill(database, transaction, { owner: account, messages })
  })
  await settle(database)
  const lists = new ConversationListRepository(database)
  const repository = new ConversationRepository(database)
  const rest = { database, lists, now: Date.now, async beforeDelete() {} }
  return { database, owner, conversations: new ConversationService({ conversations: repository, ...rest }) }
}

/** What a database does by itself, in a while. */
async function settle({ dialect, write }: Database): Promise<void> {
  if (dialect.name === 'sqlite') await write.raw('PRAGMA wal_checkpoint(TRUNCATE)')
  else await write.raw('VACUUM ANALYZE')
}

/** Numbered rows. As language has them, few words are there often; `needle7` stands in one, `seldom` in every thousandth. */
const ROWS = `WITH RECURSIVE
  numbers (number) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT number + 1 FROM numbers WHERE number < :count - 1),
  places (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < ${WORDS_PER_MESSAGE}),
  texts AS (
    SELECT number, number / ${MESSAGES_PER_CONVERSATION} AS conversation,
      (SELECT string_agg('palabra' || CAST(floor(5000 * chance * chance * chance) AS integer), ' ') FROM (
        SELECT (number * 7919 + place * 104729 + number * place * 31) % 99991 / CAST(99991 AS double precision) AS chance
        FROM places) AS chances)
      || CASE number % 1000 WHEN 0 THEN ' seldom' ELSE '' END || ' needle' || number AS text
    FROM numbers)`

async function fill(
  { dialect }: Database,
  transaction: Transaction,
  { owner, messages }: { owner: string; messages: number },
): Promise<void> {
  const names = { email: owner, email_key: owner, username: owner, username_key: owner }
  const rest = { password_hash: '', role: 'user', created_at: 0, updated_at: 0 }
  await transaction('accounts').insert({ id: owner, ...names, ...rest })
  const words = (text: string) => dialect.toWords.replace('?', `:word || ' ' || ${text}`)
  const counts = { conversations: messages / MESSAGES_PER_CONVERSATION, messages }
  for (const [rows, sql] of [
    [
      'conversations',
      `INSERT INTO conversations (id, owner_id, title, model, message_count, created_at, updated_at)
       ${ROWS} SELECT :owner || '-' || number, :owner, 'Conversación ' || number, 'eliza', 10, number, number FROM numbers`,
    ],
    [
      'conversations',
      `INSERT INTO message_search (conversation_id, owner_id, words)
       ${ROWS} SELECT :owner || '-' || number, :owner, ${words("'conversacion ' || number")} FROM numbers`,
    ],
    [
      'messages',
      `INSERT INTO messages (id, conversation_id, owner_id, role, content, status, created_at)
       ${ROWS} SELECT :owner || '-' || number, :owner || '-' || conversation, :owner, 'user', text, 'completed', conversation
       FROM texts`,
    ],
    [
      'messages',
      `INSERT INTO message_search (conversation_id, owner_id, message_id, words)
       SELECT conversation_id, owner_id, id, ${words('content')} FROM messages WHERE owner_id = :owner`,
    ],
  ] as const) {
    await transaction.raw(sql, { count: counts[rows], owner, word: ownerWord(owner) })
  }
}
