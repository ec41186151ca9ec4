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

function picture(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}
