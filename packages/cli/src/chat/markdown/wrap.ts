import wrapAnsi from 'wrap-ansi'

/** Breaks text into lines of at most `width` columns, at spaces where there are some. */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: false }).split('\n').map(trimStartOfWrapped)
}

/** wrap-ansi keeps the space that a line was broken at; at the start of a line it would look like an indent. */
function trimStartOfWrapped(line: string, index: number): string {
  return index === 0 || line.startsWith('  ') ? line : line.replace(/^ /, '')
}

export function expandTabs(text: string): string {
  return text.replaceAll('\t', '    ')
}
