/**
 * Reading of values that strangers have made. Only an object's own fields count: whatever is called `__proto__` or
 * `constructor` is a name like any other.
 */
export function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As it can be stored and sent again: what is no Unicode, and the NUL that PostgreSQL does not store, become U+FFFD. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\u{FFFD}') : undefined
}

export function textField(value: unknown, name: string): string | undefined {
  return toText(field(value, name))
}

const LONGEST_NAME = 256

/** Such as an id, or the name of a model. */
export function nameField(value: unknown, name: string): string | undefined {
  const text = textField(value, name)?.trim()
  return text !== undefined && text !== '' && text.length <= LONGEST_NAME ? text : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function oneOf<const Choice extends string>(value: unknown, choices: readonly Choice[]): Choice | undefined {
  return choices.find((choice) => choice === value)
}

/** Nobody has talked to a model before, and nobody has yet tomorrow. */
const EARLIEST = Date.UTC(2000, 0, 1)
const AHEAD_MS = 24 * 3_600_000

/** Epoch milliseconds, of what can have been: undefined for anything else. */
export function plausibleTime(milliseconds: number): number | undefined {
  const whole = Math.round(milliseconds)
  return whole >= EARLIEST && whole <= Date.now() + AHEAD_MS ? whole : undefined
}

const UNITS = [1, 1e3, 1e6, 1e9]

/** Epoch seconds; where they are too many by far, they are milliseconds, microseconds or nanoseconds. */
export function timeField(value: unknown, name: string): number | undefined {
  const time = field(value, name)
  if (typeof time !== 'number') return undefined
  return UNITS.map((perSecond) => plausibleTime((time / perSecond) * 1_000)).find((found) => found !== undefined)
}
