/** What oclif says about a wrong command line → what we say. It gives its errors no codes. */
const SENTENCES: readonly [RegExp, (...found: string[]) => string][] = [
  [/^Missing \d+ required args?:\n(.*)$/s, (list = '') => `Something is missing: ${firstWords(list)}.`],
  [/^Unexpected arguments?: (.*)$/s, (args) => `There is no place for "${args}". Words with spaces need quotes.`],
  [/^Nonexistent flags?: (.*)$/s, (flags) => `There is no flag ${flags}.`],
  [/^Flag (\S+) expects a value$/, (flag) => `${flag} needs a value.`],
  [
    /^Parsing (--\S+)\s+Expected an integer(.*?) but received: (.*)$/s,
    (flag, range, value) => `${flag} needs a whole number${range}; "${value}" is none.`,
  ],
  [
    /(--[\w-]+)(?:=\S*)? cannot also be provided when using (--[\w-]+)/,
    (one, other) => `${one} and ${other} exclude each other.`,
  ],
]

/** oclif's words, without its advice, which is ours to give. */
export function usageSentence(message: string): string {
  const said = message.replace(/\nSee more help with --help$/, '')
  for (const [pattern, sentence] of SENTENCES) {
    const found = pattern.exec(said)
    if (found) return sentence(...found.slice(1))
  }
  return said
}

/** The words of a command that oclif did not find, if that is what it says. */
export function unknownCommand(message: string): string | undefined {
  return /^command (.*) not found$/s.exec(message)?.[1]?.replaceAll(':', ' ')
}

/** What may have been meant, among `commands`, whose words are separated by spaces. */
export function unknownCommandSentence(words: string, commands: readonly string[]): string {
  const before = commands.filter((command) => words.startsWith(`${command} `)).sort((a, b) => b.length - a.length)[0]
  const nearest = nearestTo(words, commands)
  if (nearest) return `There is no command "${words}": did you mean vektor ${nearest}?`
  if (before) return `vektor ${before} has no place for "${words.slice(before.length + 1)}".`
  return `There is no command "${words}".`
}

function nearestTo(words: string, commands: readonly string[]): string | undefined {
  const [best] = commands
    .map((command) => ({ command, distance: distanceBetween(words, command) }))
    .sort((a, b) => a.distance - b.distance)
  return best && best.distance <= Math.max(1, Math.floor(words.length / 3)) ? best.command : undefined
}

/** How many letters must change (Levenshtein), two that changed places counting as one. */
function distanceBetween(one: string, other: string): number {
  let [last, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const swap = isSwap ? (last[j - 2] ?? 0) + 1 : change
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    ;[last, row] = [row, next]
  }
  return row[other.length] ?? 0
}

/** Of a list such as `id     The conversation.` */
function firstWords(list: string): string {
  return list
    .split('\n')
    .map((line) => line.trim().split(/\s/)[0]?.toUpperCase())
    .filter(Boolean)
    .join(' and ')
}
