import { open, stat } from 'node:fs/promises'

/** Longer files are cut off, in bytes. */
const MAX_BYTES = 16 << 20

/** The parsed contents of a small text file, which is read again when it has changed. */
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

  /** The contents at the last check. A file that does not exist or may not be read counts as empty. */
  get value(): T {
    return this.#value
  }

  /** Reads the file if it has changed; resolves with whether it has. On other errors, such as EMFILE, the value stays. */
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
