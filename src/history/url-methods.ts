import type { Database, Statement } from '../sqlite/database.ts'

/** The method of the last poll of each URL, where it is not HEAD: what is worth knowing for a headcount that starts again. */
export class UrlMethods {
  readonly #put: Statement
  readonly #remove: Statement
  readonly #all: Statement

  constructor(db: Database) {
    this.#put = db.prepare('INSERT OR REPLACE INTO url_methods (url, method) VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM url_methods WHERE url = ?')
    this.#all = db.prepare('SELECT url, method FROM url_methods')
  }

  /** Within a transaction. */
  set(url: number, method: string): void {
    if (method === 'HEAD') this.#remove.run(url)
    else this.#put.run(url, method)
  }

  /** By URL; HEAD where there is none. */
  all(): Map<number, string> {
    return new Map(this.#all.all().map(({ url, method }) => [Number(url), String(method)]))
  }
}
