/** What requests of a poller need from files, by their paths. Main sends them and what they change to. Bounded by main. */
export class RequestValues {
  readonly #contents = new Map<string, { bytes: Buffer }>()

  /** The contents of a file, also of one that has not been sent yet. The object stays the same when they change. */
  of(key: string): { readonly bytes: Buffer } {
    const content = this.#contents.get(key) ?? { bytes: Buffer.alloc(0) }
    this.#contents.set(key, content)
    return content
  }

  /** New contents. */
  set(key: string, bytes: Uint8Array): void {
    const content = this.#contents.get(key)
    if (content === undefined) this.#contents.set(key, { bytes: Buffer.from(bytes) })
    else content.bytes = Buffer.from(bytes)
  }
}
