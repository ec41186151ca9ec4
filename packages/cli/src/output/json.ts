// JSON leaves DEL and C1 as they are, which a terminal would obey.
const CONTROL = /[\u007f-\u009f]/g

/** JSON that is safe to print on a terminal too. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
