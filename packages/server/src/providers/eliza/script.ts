/** What to say when something is recognised. `$1` and `$2` are what the pattern caught, seen from the other side. */
export interface Rule {
  pattern: RegExp
  replies: Replies
}

/** At least two, so that nothing is said twice in a row. */
export type Replies = readonly [string, string, ...string[]]

/** All that is said in one language. */
export interface Script {
  /** Tried from the top; the first that matches wins. */
  rules: readonly Rule[]
  /** Something of the person's own, `$1`, that is worth coming back to. */
  memory: Rule
  /** When nothing matches. */
  fallbacks: Replies
  /** When there is nothing to answer. */
  opening: Replies
  /** When the same is said again. */
  repetition: Replies
  /** Words as the person says them → as we say them to the person. Lower case. */
  reflections: ReadonlyMap<string, string>
}

/** Whole words: `\b` takes an accented letter for the end of one. */
export function wordsLike(source: string): RegExp {
  return new RegExp(`(?<!\\p{L})(?:${source})(?!\\p{L})`, 'iu')
}

/** A message that is nothing else. */
export function onlyLike(source: string): RegExp {
  return new RegExp(`^[\\s\\p{P}]*(?:${source})[\\s\\p{P}\\p{S}]*$`, 'iu')
}

/** `from>to, from>to` */
export function reflectionsFrom(table: string): Script['reflections'] {
  const pairs = table.trim().split(/\s*,\s*/)
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('>')), pair.slice(pair.indexOf('>') + 1)]))
}
