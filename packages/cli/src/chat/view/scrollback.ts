const ESCAPE = '\u001b['
const ERASE_DOWN = `${ESCAPE}J`

/**
 * Erases from the start of this row on. Done from the top left corner it would be taken for clearing the whole screen,
 * and what is cleared tmux moves into the scrollback (its option scroll-on-clear): a second copy of what is drawn anew.
 */
export const ERASE_FROM_ROW = `\r${ESCAPE}K${ESCAPE}2G${ERASE_DOWN}\r`

/** The same stream, for Ink, which erases from the first column of its first row; wherever that is by now. */
export function sparingScrollback(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (data: Uint8Array | string, ...rest: never[]) =>
    stdout.write(typeof data === 'string' ? data.replaceAll(ERASE_DOWN, ERASE_FROM_ROW) : data, ...rest)
  return new Proxy(stdout, {
    get(target, key) {
      if (key === 'write') return write
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
