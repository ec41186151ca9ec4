/** Calls `look` so often until it is disposed. */
export function every(intervalMs: number, look: () => void): Disposable {
  const timer = setInterval(look, intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
