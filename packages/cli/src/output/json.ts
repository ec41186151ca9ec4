// JSON leaves DEL and C1 as they are, which a terminal would obey.
const CONTROL = /[\u007f-\u009f]/g

/** JSON that is safe to print on a terminal too. */
export function toJson(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2))
}

/** The same on one line, for what is one of many. */
export function toJsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`
}

function escaped(json: string): string {
  return json.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
