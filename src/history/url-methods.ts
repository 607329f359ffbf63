import type { Database, Statement } from './sqlite.ts'

/** The method of the last poll of each URL, where it is not HEAD: what is worth knowing for a headcount that starts again. */
export class UrlMethods {
  readonly #put: Statement
  readonly #remove: Statement
  readonly #get: Statement

  constructor(db: Database) {
    this.#put = db.prepare('INSERT OR REPLACE INTO url_methods (url, method) VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM url_methods WHERE url = ?')
    this.#get = db.prepare('SELECT method FROM url_methods WHERE url = ?')
  }

  /** Within a transaction. */
  set(url: number, method: string): void {
    if (method === 'HEAD') this.#remove.run(url)
    else this.#put.run(url, method)
  }

  get(url: number): string {
    return String(this.#get.get(url)?.['method'] ?? 'HEAD')
  }
}
