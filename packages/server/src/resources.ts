/** What was opened, to be closed the last first. Node 22 has no `AsyncDisposableStack`. */
export class Resources implements AsyncDisposable {
  readonly #opened: AsyncDisposable[] = []

  add<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.#opened.push(resource)
    return resource
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (;;) {
      const last = this.#opened.pop()
      if (!last) return
      await last[Symbol.asyncDispose]()
    }
  }
}
