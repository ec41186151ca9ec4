import { AppError } from '../app-error.ts'
import { invalidRequest, MAX_VALUES } from './invalid-request.ts'

const MAX_DEPTH = 64

/**
 * Parses the JSON of a stranger. How deep and how large it is is measured before: `JSON.parse` takes fifty bytes of memory
 * for each `[`, and whatever walks the value afterwards would overflow the stack.
 */
export function parseJson(text: string): unknown {
  const { depth, deepest, values } = measure(text)
  if (depth !== 0) throw invalidJson()
  if (deepest > MAX_DEPTH) {
    throw invalidRequest([{ pointer: '', detail: `Nest lists and objects at most ${MAX_DEPTH} deep.` }])
  }
  if (values > MAX_VALUES) throw invalidRequest([{ pointer: '', detail: 'Send fewer values.' }])
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalidJson(cause)
  }
}

function invalidJson(cause?: unknown): AppError {
  return new AppError('invalid-json', 'Send a body that is valid JSON.', { cause })
}

interface Size {
  /** What was opened and not closed: 0 in all that is JSON. */
  depth: number
  deepest: number
  /** At least as many as there are. */
  values: number
}

function measure(text: string): Size {
  const size = { depth: 0, deepest: 0, values: 1 }
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at)
        break
      case 0x5b: // [
      case 0x7b: // {
        size.values += 1
        size.depth += 1
        if (size.depth > size.deepest) size.deepest = size.depth
        break
      case 0x5d: // ]
      case 0x7d: // }
        size.depth -= 1
        break
      case 0x2c: // ,
        size.values += 1
        break
    }
  }
  return size
}

/** Where the string that begins at `start` ends. Long texts are passed at the speed of `indexOf`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1
    if (backslashes % 2 === 0) return end
  }
  return text.length
}
