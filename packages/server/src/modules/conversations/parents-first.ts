interface Following {
  id: string
  parentId: string | null
}

/**
 * Of messages in the order of their ids, each after the one that it follows. That is their order anyway, but where the clocks
 * of two servers differ: the few that come too early wait, and nothing else is kept in memory.
 */
export async function* parentsFirst<Message extends Following>(
  batches: AsyncIterable<readonly Message[]>,
): AsyncGenerator<Message[]> {
  const waiting = new Waiting<Message>()
  for await (const messages of batches) yield messages.flatMap((message) => waiting.pass(message))
  if (waiting.count > 0) throw new Error('A message follows one that is not there.')
}

class Waiting<Message extends Following> {
  readonly #byParent = new Map<string, Message[]>()
  readonly #ids = new Set<string>()

  get count(): number {
    return this.#ids.size
  }

  /** The message and whatever has waited for it; nothing, if it has to wait itself. */
  pass(message: Message): Message[] {
    const { id, parentId } = message
    // What has a smaller id has passed, unless it waits.
    const isEarly = parentId !== null && (parentId > id || this.#ids.has(parentId))
    if (!isEarly) return this.#released(message)
    const siblings = this.#byParent.get(parentId)
    if (siblings) siblings.push(message)
    else this.#byParent.set(parentId, [message])
    this.#ids.add(id)
    return []
  }

  #released(message: Message): Message[] {
    const passed: Message[] = []
    const released = [message]
    for (let next = released.pop(); next; next = released.pop()) {
      passed.push(next)
      this.#ids.delete(next.id)
      released.push(...(this.#byParent.get(next.id) ?? []))
      this.#byParent.delete(next.id)
    }
    return passed
  }
}
