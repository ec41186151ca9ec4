/** Called at each empty line with the `id` that holds and the `data` before it, if any; with neither for a comment. */
type OnBlock = (id?: string, data?: string) => void

/**
 * Makes a parser of event streams, to be fed with decoded text in pieces of any size. It keeps what the contract uses:
 * `data`, `id` and comments, the latter as a sign of life. Written here because a general parser alone weighs more than
 * half of what the stream entry may; the tests hold it to one.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createSseParser(onBlock: OnBlock): (text: string) => void {
  let rest = ''
  let id: string | undefined
  let data: string | undefined

  function take(line: string): void {
    if (!line) {
      onBlock(id, data)
      data = undefined
    }
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (!colon) onBlock()
  }

  return (text) => {
    rest += text
    // A long line is searched once, not again with every piece of it.
    if (!/[\r\n]/.test(text)) return
    // A carriage return at the very end may be half of a CRLF.
    const lines = rest.replace(/\r\n|\r(?!$)/g, '\n').split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  }
}
