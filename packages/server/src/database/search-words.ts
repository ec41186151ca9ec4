/** Scripts that put no space between words: each of their characters is a word. */
const CHARACTER = String.raw`[[\p{L}\p{N}]&&[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]]`
const WORD = new RegExp(String.raw`${CHARACTER}|[[\p{L}\p{N}]--${CHARACTER}]+`, 'gv')
/** At the beginning of a text, what may belong to the word before it. The second half of a character does. */
const IN_WORD = new RegExp(String.raw`^[[\p{L}\p{N}\p{M}\p{Cs}]--${CHARACTER}]`, 'v')
const PLAIN_WORD = /[a-z0-9]+/g

/** Longer words are known by their beginning. Counted in UTF-16 units. */
const LONGEST_WORD = 64
/** PostgreSQL keeps at most a megabyte of words for one text. */
const MOST_BYTES = 900_000
/** What comes later in a text is not searched: single characters that stand for twenty letters must not keep everybody waiting. */
const MOST_LENGTH = 2_000_000
/** Looked at one after the other, so that a text as long as a book is not held many times over. */
const SLICE_LENGTH = 65_536

/**
 * The different words of a text, as a search compares them: without case, without accents. Both databases are given these
 * and no text, so that both find the same.
 */
export function searchWords(text: string): string[] {
  const words = new Set<string>()
  let bytes = 0
  let length = 0
  for (const slice of slices(text)) {
    const folded = fold(slice)
    for (const match of folded.match(isPlain(folded) ? PLAIN_WORD : WORD) ?? []) {
      const word = shorten(match)
      if (words.has(word)) continue
      bytes += Buffer.byteLength(word)
      if (bytes > MOST_BYTES) return [...words]
      words.add(word)
    }
    length += folded.length
    if (length > MOST_LENGTH) break
  }
  return [...words]
}

/** Stands among the words of whatever an account wrote. No text has it, for `_` is in no word. */
export function ownerWord(ownerId: string): string {
  return `_${ownerId}`
}

/** Full case folding by way of the upper case, which makes two letters of ß; and what marks decorate, without its marks. */
function fold(text: string): string {
  if (isPlain(text)) return text.toLowerCase()
  const bare = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  if (isPlain(bare)) return bare.toLowerCase()
  return bare.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')
}

function isPlain(text: string): boolean {
  return /^[\t-~]*$/.test(text)
}

/** Cut where no word is: a word is never in two slices, unless nothing but one word is in a whole slice. */
function* slices(text: string): Generator<string> {
  let start = 0
  while (text.length - start > SLICE_LENGTH) {
    const end = lastGap(text, start, start + SLICE_LENGTH)
    yield text.slice(start, end)
    start = end
  }
  yield text.slice(start)
}

/** Where the last character begins that goes on with no word. If there is none, `end`, or before the character it would halve. */
function lastGap(text: string, start: number, end: number): number {
  for (let at = end; at > start; at -= 1) {
    if (!goesOnWithWord(String.fromCodePoint(text.codePointAt(at) ?? 0))) return at
  }
  return isLowSurrogate(text.charCodeAt(end)) ? end - 1 : end
}

/** As the words are found, among what a character becomes: `™` goes on with a word as `tm`. */
function goesOnWithWord(character: string): boolean {
  return IN_WORD.test(character) || IN_WORD.test(character.normalize('NFKD'))
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

function shorten(word: string): string {
  if (word.length <= LONGEST_WORD) return word
  const end = isLowSurrogate(word.charCodeAt(LONGEST_WORD)) ? LONGEST_WORD - 1 : LONGEST_WORD
  return word.slice(0, end)
}
