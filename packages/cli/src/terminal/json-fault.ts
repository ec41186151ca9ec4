/** Where a text is no JSON any more. */
export interface JsonFault {
  /** From 1. */
  line: number
  /** Goes on after the line; it quotes nothing but brackets, for the text may hold secrets. */
  detail: string
}

/** What may come next, in words. */
const WORDS = {
  value: 'a value',
  'value or ]': 'a value or ]',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes or }',
  colon: 'a colon',
  comma: 'a comma or a closing bracket',
  end: 'the end',
} as const
type Expected = keyof typeof WORDS

const MAY_CLOSE: ReadonlySet<Expected> = new Set(['value or ]', 'name or }', 'comma'])

const SPACE = /[\ufeff \t\n\r]*/y
const TOKEN =
  /[{}[\],:]|"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y

/** Finds what `JSON.parse` stumbles over: it does not always tell where that is, and quotes the text. */
export function findJsonFault(text: string): JsonFault | undefined {
  /** What closes the brackets that are open. */
  const open: string[] = []
  let expected: Expected = 'value'
  for (let position = endOf(SPACE, text, 0); position < text.length; ) {
    const end = endOf(TOKEN, text, position)
    const next = after(text.slice(position, end), expected, open)
    if (next === undefined) return { line: lineAt(text, position), detail: detailOf(text[position], expected) }
    expected = next
    position = endOf(SPACE, text, end)
  }
  return expected === 'end'
    ? undefined
    : { line: lineAt(text, text.length), detail: `it ends before ${WORDS[expected]}` }
}

/** What may come after a token; undefined if it may not stand there. `open` is kept up to date. */
function after(token: string, expected: Expected, open: string[]): Expected | undefined {
  if (MAY_CLOSE.has(expected) && token === open.at(-1)) return leave(open)
  switch (expected) {
    case 'value':
    case 'value or ]':
      if (token === '{' || token === '[') return enter(token, open)
      return /^["\w-]/.test(token) ? afterValue(open) : undefined
    case 'name':
    case 'name or }':
      return token.startsWith('"') ? 'colon' : undefined
    case 'colon':
      return token === ':' ? 'value' : undefined
    case 'comma':
      if (token !== ',') return undefined
      return open.at(-1) === '}' ? 'name' : 'value'
    case 'end':
      return undefined
  }
}

function enter(bracket: '{' | '[', open: string[]): Expected {
  open.push(bracket === '{' ? '}' : ']')
  return bracket === '{' ? 'name or }' : 'value or ]'
}

function leave(open: string[]): Expected {
  open.pop()
  return afterValue(open)
}

function afterValue(open: readonly string[]): Expected {
  return open.length === 0 ? 'end' : 'comma'
}

function detailOf(found: string | undefined, expected: Expected): string {
  const isText = found === '"' && !['colon', 'comma', 'end'].includes(expected)
  if (isText) return 'a text is not closed with a double quote on its line, or has a \\ that JSON does not know'
  const isComma = (found === '}' && expected === 'name') || (found === ']' && expected === 'value')
  return isComma ? `there may be a comma too many before ${found}` : `there should be ${WORDS[expected]}`
}

/** Where a match ends that begins at a position: there, if there is none. */
function endOf(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position
  return pattern.test(text) ? pattern.lastIndex : position
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
