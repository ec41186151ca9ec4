import type { ConversationRecord, MessageRecord } from '../../src/modules/backups/archive/records.ts'
import { packArchive, spoolContent, type WrittenArchive } from '../../src/modules/backups/archive/write-archive.ts'

const AT_A_TIME = 1_000
const WORDS = 20_000

export interface SampleOptions {
  messagesEach?: number
  /** Of two editions, each conversation has another title and another last message. */
  edition?: number
}

/** An archive of made-up conversations: of texts that compress about as well as what people write. */
export async function sampleArchive(
  folder: string,
  messages: number,
  { edition = 0, messagesEach = 20 }: SampleOptions = {},
): Promise<WrittenArchive> {
  const spool = { folder, signal: new AbortController().signal }
  const account = {
    id: idOf(0, 0),
    email: 'ana@example.org',
    username: 'ana',
    avatar_url: null,
    created_at: timeOf(0),
    preferences: {},
  }
  const sample = { edition, messagesEach }
  const conversations = Math.ceil(messages / messagesEach)
  const content = await spoolContent(
    {
      'account.json': batches(1, () => account),
      'conversations.ndjson': batches(conversations, (number) => conversationOf(number, sample)),
      'messages.ndjson': batches(messages, (number) => messageOf(number, sample)),
    },
    spool,
  )
  const rest = { createdAt: 0, createdBy: 'bench', recipients: [], onPacked() {} }
  return packArchive(content, { ...spool, ...rest })
}

async function* batches(count: number, make: (number: number) => object): AsyncGenerator<object[]> {
  for (let start = 0; start < count; start += AT_A_TIME) {
    yield Array.from({ length: Math.min(AT_A_TIME, count - start) }, (_, at) => make(start + at))
  }
}

function conversationOf(number: number, { edition, messagesEach }: Required<SampleOptions>): ConversationRecord {
  const last = number * messagesEach + messagesEach - 1
  return {
    id: idOf(1, number),
    title: textOf(number + edition, 6),
    model: 'eliza',
    system: null,
    current_message_id: idOf(2, last),
    created_at: timeOf(number),
    updated_at: timeOf(number + 1 + edition),
  }
}

function messageOf(number: number, { edition, messagesEach }: Required<SampleOptions>): MessageRecord {
  const conversation = Math.floor(number / messagesEach)
  const isAnswer = number % 2 === 1
  const isLast = number % messagesEach === messagesEach - 1
  return {
    id: idOf(2, number),
    conversation_id: idOf(1, conversation),
    parent_id: number % messagesEach === 0 ? null : idOf(2, number - 1),
    role: isAnswer ? 'assistant' : 'user',
    content: textOf(number + (isLast ? edition : 0), isAnswer ? 100 : 20),
    created_at: timeOf(conversation),
    status: 'completed',
    ...(isAnswer && { model: 'eliza', finish_reason: 'stop' }),
  }
}

/** In the order of the numbers. */
function idOf(kind: number, number: number): string {
  const hex = number.toString(16).padStart(12, '0')
  return `0197ef20-000${kind}-7000-8000-${hex}`
}

function timeOf(number: number): string {
  return new Date(1_751_968_800_000 + number * 1_000).toISOString()
}

/** Few words often, and many seldom, as languages have them. */
function textOf(seed: number, words: number): string {
  let state = (seed * 2_654_435_761 + 1) >>> 0
  const text: string[] = []
  for (let count = 0; count < words; count += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const chance = state / 2 ** 32
    text.push(`${SYLLABLES[state % SYLLABLES.length]}${Math.floor(WORDS * chance ** 4).toString(36)}`)
  }
  return text.join(' ')
}

const SYLLABLES = ['que', 'mar', 'sol', 'tren', 'por', 'el', 'de', 'la', 'con', 'sin', 'una', 'verde', 'agua', 'luz']
