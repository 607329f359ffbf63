import { open, stat } from 'node:fs/promises'

/** Of a longer file only this much is read. */
const MAX_BYTES = 16 << 20

/** A small text file that others may change: its parsed content, read again when the file is another than before. */
export class WatchedFile<T> {
  readonly #path: string
  readonly #parse: (text: string) => T
  #seen = ''
  #value: T

  constructor(path: string, parse: (text: string) => T) {
    this.#path = path
    this.#parse = parse
    this.#value = parse('')
  }

  /** As of the last check; a file that is not there, or that we may not read, counts as empty. */
  get value(): T {
    return this.#value
  }

  /** Looks at the file, and says whether the value is a new one. Out of descriptors, say, it stays what it was. */
  async check(): Promise<boolean> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path)
      const seen = `${mtimeMs} ${size} ${ino}`
      if (seen === this.#seen) return false
      this.#value = this.#parse(await read(this.#path))
      this.#seen = seen
      return true
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? ''
      if (!['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'EISDIR'].includes(code) || this.#seen === code)
        return false
      this.#value = this.#parse('')
      this.#seen = code
      return true
    }
  }
}

async function read(path: string): Promise<string> {
  await using file = await open(path)
  let text = ''
  for await (const chunk of file.createReadStream({ encoding: 'utf8', end: MAX_BYTES - 1, autoClose: false }))
    text += chunk
  return text
}
