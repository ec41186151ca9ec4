import { pointerTo } from './json-document.ts'
import { MASK, maskSecrets } from './masking.ts'

/** Something that was sent where a mask stands, and that no secret is stored for. */
export interface UnknownMask {
  pointer: string
  detail: string
}

/** A stored value, and what is shown of it. */
interface Stored {
  value: unknown
  shown: unknown
}

const NOTHING: Stored = { value: undefined, shown: undefined }

const UNKNOWN = `Send the secret itself: ${MASK} stands for a stored one in its own place only, and in a list only where the rest of the entry is as it was shown.`

/** Settings with the stored secret wherever what is shown of it was sent back. A mask of nothing that is stored is an error. */
export function restoreSecrets(sent: unknown, stored: unknown): { value: unknown; errors: UnknownMask[] } {
  const restoration = new Restoration()
  const value = restoration.restore(sent, { value: stored, shown: maskSecrets(stored) }, '')
  return { value, errors: restoration.errors }
}

class Restoration {
  readonly errors: UnknownMask[] = []

  restore(sent: unknown, here: Stored, pointer: string): unknown {
    if (typeof sent === 'string') return this.#text(sent, here, pointer)
    if (Array.isArray(sent)) return this.#list(sent, here, pointer)
    if (typeof sent !== 'object' || sent === null) return sent
    const entries = Object.entries(sent).map(([name, member]) => [
      name,
      this.restore(member, memberOf(here, name), pointerTo(pointer, name)),
    ])
    return Object.fromEntries(entries)
  }

  #text(sent: string, here: Stored, pointer: string): unknown {
    if (!sent.includes(MASK)) return sent
    if (sent === here.shown) return here.value
    this.errors.push({ pointer, detail: UNKNOWN })
    return sent
  }

  /** An entry's place in a list says nothing: others may have been removed or put in before it. Its looks do. */
  #list(sent: readonly unknown[], here: Stored, pointer: string): unknown[] {
    const known = matchEntries(sent, here)
    return sent.map((entry, index) =>
      known.has(index) ? known.get(index) : this.restore(entry, NOTHING, pointerTo(pointer, index)),
    )
  }
}

/**
 * The stored entries that were sent back as they are shown, by where they are now. Those that look alike stay in their
 * order; if there are more or fewer of them than are stored, nobody knows which is which.
 */
function matchEntries(sent: readonly unknown[], { value, shown }: Stored): Map<number, unknown> {
  const known = new Map<number, unknown>()
  if (!Array.isArray(value) || !Array.isArray(shown)) return known
  const storedByLooks = Map.groupBy(shown.keys(), (index) => looksOf(shown[index]))
  const sentByLooks = Map.groupBy(sent.keys(), (index) => looksOf(sent[index]))
  for (const [looks, indexes] of sentByLooks) {
    const alike = storedByLooks.get(looks) ?? []
    if (alike.length !== indexes.length) continue
    for (const [nth, index] of indexes.entries()) known.set(index, value[alike[nth] ?? 0])
  }
  return known
}

/** The same text for whatever says the same as JSON, in whichever order its names are. */
function looksOf(entry: unknown): string {
  return JSON.stringify(entry, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}

function memberOf({ value, shown }: Stored, key: string): Stored {
  return { value: ownMember(value, key), shown: ownMember(shown, key) }
}

function ownMember(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
