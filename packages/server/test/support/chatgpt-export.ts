/** What ChatGPT's export holds, as far as anybody looks at it. */
export interface ChatgptNode {
  id: string
  parent: string | null
  children: string[]
  message: object | null
}

interface Said {
  id: string
  parent: string | null
  role?: string
  text?: string
  content?: object
  time?: number | null
  metadata?: object
  more?: object
}

export const MARCH = 1_710_000_000

/** A node of a conversation's `mapping`. */
export function node({
  id,
  parent,
  role = 'user',
  text = '',
  content,
  time = MARCH,
  metadata = {},
  more,
}: Said): ChatgptNode {
  const message = {
    id,
    author: { role, name: null, metadata: {} },
    create_time: time,
    update_time: null,
    content: content ?? { content_type: 'text', parts: [text] },
    status: 'finished_successfully',
    end_turn: true,
    weight: 1,
    metadata,
    recipient: 'all',
    channel: null,
    ...more,
  }
  return { id, parent, children: [], message }
}

/** A conversation of ChatGPT's. */
export function chatgptConversation(id: string, nodes: readonly ChatgptNode[], more: object = {}): object {
  return {
    title: `Conversation ${id}`,
    create_time: MARCH,
    update_time: MARCH + 60,
    mapping: Object.fromEntries(nodes.map((one) => [one.id, one])),
    moderation_results: [],
    current_node: nodes.at(-1)?.id,
    default_model_slug: 'gpt-4o',
    conversation_id: id,
    id,
    ...more,
  }
}

/** A question and its answer, below the empty node and the hidden instructions that ChatGPT puts first. */
export function chatgptExchange(id: string, question = `Question ${id}`, answer = `Answer ${id}`): object {
  const hidden = { is_visually_hidden_from_conversation: true }
  return chatgptConversation(id, [
    { id: 'client-created-root', parent: null, children: [], message: null },
    node({ id: `${id}-system`, parent: 'client-created-root', role: 'system', time: null, metadata: hidden }),
    node({ id: `${id}-question`, parent: `${id}-system`, text: question }),
    node({
      id: `${id}-answer`,
      parent: `${id}-question`,
      role: 'assistant',
      text: answer,
      time: MARCH + 5,
      metadata: { model_slug: 'gpt-4o-mini' },
    }),
  ])
}
