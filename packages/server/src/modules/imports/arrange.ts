import type { FoundMessage } from './found-conversation.ts'

export interface Arranged {
  /** Each after the one that it comes after, which is one of these too. */
  messages: PlacedMessage[]
  /** Of each place in the file, the message that stands there, or the last one before it; null if there is none. */
  standing: ReadonlyMap<string, string | null>
  /** How many came after none that the file holds, or in a circle: they begin branches of their own. */
  strays: number
}

export interface PlacedMessage extends FoundMessage {
  parentId: string | null
}

interface Visit {
  message: FoundMessage
  parentId: string | null
  /** What was thought at the places before, which are left out. */
  reasoning: readonly string[]
}

/** Makes a tree of what a file calls one, whatever it is. Nothing is visited twice, and nothing calls itself. */
export function arrange(found: readonly FoundMessage[]): Arranged {
  const places = new Map<string, FoundMessage>()
  for (const message of found) if (!places.has(message.sourceId)) places.set(message.sourceId, message)
  const children = Map.groupBy(places.values(), ({ parentId }) => parentId)
  const messages: PlacedMessage[] = []
  const standing = new Map<string, string | null>()

  const descend = (from: FoundMessage): void => {
    const waiting: Visit[] = [{ message: from, parentId: null, reasoning: [] }]
    for (let visit = waiting.pop(); visit; visit = waiting.pop()) {
      const { message, parentId, reasoning } = visit
      if (standing.has(message.sourceId)) continue
      const thought = message.reasoning === '' ? reasoning : [...reasoning, message.reasoning]
      const here = message.isSkipped ? parentId : message.sourceId
      standing.set(message.sourceId, here)
      if (!message.isSkipped) messages.push({ ...message, parentId, reasoning: thoughtOf(message, thought) })
      const next = { parentId: here, reasoning: message.isSkipped ? thought : [] }
      for (const child of (children.get(message.sourceId) ?? []).toReversed()) waiting.push({ message: child, ...next })
    }
  }

  let strays = 0
  const isRoot = ({ parentId }: FoundMessage) => parentId === null || !places.has(parentId)
  for (const root of [...places.values()].filter(isRoot)) {
    if (root.parentId !== null) strays += 1
    descend(root)
  }
  // What is still not reached stands in a circle: it is cut where the file has it first.
  for (const message of places.values()) {
    if (standing.has(message.sourceId)) continue
    strays += 1
    descend(message)
  }
  return { messages, standing, strays }
}

function thoughtOf({ role }: FoundMessage, thoughts: readonly string[]): string {
  return role === 'assistant' ? thoughts.join('\n\n') : ''
}
