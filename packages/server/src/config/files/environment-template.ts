import type { Environment } from '../config.ts'

/** A text of a configuration file with its variables replaced. */
export interface Expansion {
  value: string
  /** Those that are in the text. */
  variables: readonly string[]
  /** Those that are not set, or to nothing, and have no default. */
  missing: readonly string[]
  /** What looks like a variable and is none. */
  malformed?: string
}

const REFERENCE = /\$\{([^{}]*)(\}?)/g
const VARIABLE = /^([A-Za-z_]\w*)(?::-(.*))?$/s

/**
 * Replaces `${NAME}` with the variable of that name, and `${NAME:-default}` with the default where it is not set, as a
 * shell does. What comes out is not looked at again: a value may hold `${`.
 */
export function expandVariables(text: string, environment: Environment): Expansion {
  const variables: string[] = []
  const missing: string[] = []
  let malformed: string | undefined
  const value = text.replace(REFERENCE, (reference, inner: string, end: string) => {
    const [, name, fallback] = VARIABLE.exec(inner) ?? []
    if (name === undefined || end === '') {
      malformed ??= reference
      return reference
    }
    variables.push(name)
    const found = environment[name] || fallback
    if (found === undefined) missing.push(name)
    return found ?? ''
  })
  return { value, variables, missing, ...(malformed !== undefined && { malformed }) }
}
