/** The candidate that is the fewest typing mistakes away; undefined if none is near enough to have been meant. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, mistakes: countMistakes(word, candidate) }))
    .sort((one, other) => one.mistakes - other.mistakes)
  const best = ranked[0]
  return best && best.mistakes <= Math.max(2, word.length / 4) ? best.candidate : undefined
}

/** Levenshtein's distance, one row at a time. */
function countMistakes(word: string, candidate: string): number {
  let above = Array.from({ length: candidate.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...word].entries()) {
    const row = [index + 1]
    for (let column = 1; column <= candidate.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (candidate[column - 1] === letter ? 0 : 1)
      row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1))
    }
    above = row
  }
  return above.at(-1) ?? 0
}
