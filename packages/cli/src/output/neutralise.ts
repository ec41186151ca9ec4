/** C0 except tab and newline, DEL and C1: what a terminal would obey instead of show. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Overrides of the writing direction, which can make a line read as something else. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g

/**
 * Makes text from elsewhere (an answer, a title) safe to print: escape sequences become visible pictures of their
 * characters (U+2400 and on), so that nothing but us moves the cursor, sets the title or the clipboard.
 */
export function neutralise(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(CONTROL, picture).replace(DIRECTION, '')
}

/** The same for what must stay on one line. */
export function neutraliseLine(text: string): string {
  return neutralise(text).replace(/[\n\t]+/g, ' ')
}

/** The same for text that arrives in pieces: how it is cut makes no difference. */
export class Neutraliser {
  #held = ''

  write(text: string): string {
    const whole = this.#held + text
    // What a carriage return means depends on whether a newline follows.
    this.#held = whole.endsWith('\r') ? '\r' : ''
    return neutralise(this.#held === '' ? whole : whole.slice(0, -1))
  }

  end(): string {
    const rest = neutralise(this.#held)
    this.#held = ''
    return rest
  }
}

function picture(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}
