import type { Environment } from '../config.ts'
import { findNearest } from '../nearest.ts'
import type { ConfigFault } from './config-fault.ts'
import { expandVariables } from './environment-template.ts'
import { type JsonDocument, JsonSyntaxError, parseJsonDocument, pointerTo } from './json-document.ts'

/** An object in a file, and where it is. */
export interface Place {
  pointer: string
  fields: Record<string, unknown>
}

/** What a text means, or undefined if it breaks the field's rule. */
interface TextRule<Value> {
  parse(text: string): Value | undefined
  /** Goes on after `must be`. */
  rule: string
  example: string
}

export interface ConfigReaderOptions {
  /** Where the file is in the folder. */
  path: string
  text: string
  /** What such a file may hold, for whoever has to repair it. */
  example: string
  environment: Environment
}

/**
 * Reads one file of the config folder, and gathers all that is wrong with it.
 * What is missing in the environment is no fault of the file: those are `obstacles`, each saying what to do.
 */
export class ConfigReader {
  readonly faults: ConfigFault[] = []
  readonly #path: string
  readonly #example: string
  readonly #environment: Environment
  readonly #document: JsonDocument | undefined
  readonly #missing = new Set<string>()
  readonly #obstacles = new Set<string>()

  constructor({ path, text, example, environment }: ConfigReaderOptions) {
    this.#path = path
    this.#example = example
    this.#environment = environment
    try {
      this.#document = parseJsonDocument(text)
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error
      this.faults.push({ path, line: error.line, detail: `${error.message} Write strict JSON, such as ${example}.` })
    }
  }

  /** Undefined where the file is no JSON at all. */
  get document(): JsonDocument | undefined {
    return this.#document
  }

  /** Those that were met since they were taken last. */
  takeObstacles(): string[] {
    const missing = [...this.#missing]
    const obstacles = [...(missing.length > 0 ? [`Set ${missing.join(' and ')}.`] : []), ...this.#obstacles]
    this.#missing.clear()
    this.#obstacles.clear()
    return obstacles
  }

  fault(pointer: string, sentence: string): undefined {
    this.faults.push({ path: this.#path, line: this.#document?.lineOf(pointer) ?? 1, detail: sentence })
  }

  /** The entries of a file that is a list. */
  list(): unknown[] {
    const entries = this.#document?.value
    if (Array.isArray(entries)) return entries
    if (this.#document) this.fault('', `Here a list is expected: ${this.#example}.`)
    return []
  }

  /** The fields of a file that is an object, whatever they are called. */
  settings(): Record<string, unknown> | undefined {
    const value = this.#document?.value
    if (isObject(value)) return value
    return this.#document && this.fault('', `Here an object is expected, such as ${this.#example}.`)
  }

  /** The object at a place, if it is one with no other fields than `known`. */
  object(value: unknown, pointer: string, known: readonly string[]): Place | undefined {
    if (!isObject(value)) return this.fault(pointer, `Here an object with ${known.join(', ')} is expected.`)
    for (const name of Object.keys(value).filter((field) => !known.includes(field))) {
      const nearest = findNearest(name, known)
      const advice = nearest ? `did you mean "${nearest}"?` : `known here are ${known.join(', ')}.`
      this.fault(pointerTo(pointer, name), `There is no field ${JSON.stringify(name)}: ${advice}`)
    }
    return { pointer, fields: value }
  }

  /** The object in a field, whatever its own fields are called. */
  record({ fields, pointer }: Place, name: string, example: string): Place | undefined {
    const value = fields[name]
    const at = pointerTo(pointer, name)
    if (isObject(value)) return { pointer: at, fields: value }
    return this.fault(at, `"${name}" must be an object with texts, for example ${example}.`)
  }

  array({ fields, pointer }: Place, name: string, example: string): unknown[] {
    const value = fields[name]
    if (Array.isArray(value) && value.length > 0) return value
    this.fault(pointerTo(pointer, name), `"${name}" must be a list with at least one entry, for example ${example}.`)
    return []
  }

  /** A text with its variables replaced. One that breaks the rule because of them is an obstacle. */
  text<Value>(place: Place, name: string, rule: TextRule<Value>): Value | undefined {
    const value = place.fields[name]
    const pointer = pointerTo(place.pointer, name)
    if (typeof value !== 'string') return this.#wrong(pointer, name, rule)
    const { value: text, variables, missing, malformed } = expandVariables(value, this.#environment)
    if (malformed !== undefined) {
      return this.fault(pointer, `"${name}" has a \${ that names no variable: write \${NAME} or \${NAME:-default}.`)
    }
    for (const variable of missing) this.#missing.add(variable)
    if (missing.length > 0) return undefined
    const parsed = rule.parse(text)
    if (parsed !== undefined) return parsed
    if (variables.length === 0) return this.#wrong(pointer, name, rule)
    this.#obstacles.add(`Correct ${[...new Set(variables)].join(' or ')}: "${name}" must be ${rule.rule}.`)
    return undefined
  }

  boolean({ fields, pointer }: Place, name: string, fallback: boolean): boolean {
    const value = fields[name] ?? fallback
    if (typeof value === 'boolean') return value
    this.#wrong(pointerTo(pointer, name), name, { rule: 'true or false', example: String(fallback) })
    return fallback
  }

  number({ fields, pointer }: Place, name: string, rule: { min: number; max: number; fallback: number }): number {
    const value = fields[name] ?? rule.fallback
    if (typeof value === 'number' && value >= rule.min && value <= rule.max) return value
    const range = `a number from ${rule.min} to ${rule.max}`
    this.#wrong(pointerTo(pointer, name), name, { rule: range, example: String(rule.fallback) })
    return rule.fallback
  }

  #wrong(pointer: string, name: string, { rule, example }: { rule: string; example: string }): undefined {
    return this.fault(pointer, `"${name}" must be ${rule}, for example "${name}": ${example}.`)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
