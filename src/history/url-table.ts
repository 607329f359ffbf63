import type { Database, Statement } from './sqlite.ts'

/** A URL as the history knows it. */
export interface HistoryUrl {
  /** What tells it from others, across restarts. It is written to the file, so it must hold no secret. */
  readonly key: string
  /** How it is shown. */
  readonly name: string
  /** Its labels, as a text that the history does not read. */
  readonly labels: string
}

/** A URL with its id. */
export interface StoredUrl extends HistoryUrl {
  readonly id: number
}

/** The URLs that ever were in the list. */
export class UrlTable {
  readonly #insert: Statement
  readonly #find: Statement
  readonly #update: Statement
  readonly #get: Statement
  readonly #all: Statement
  readonly #maxId: Statement

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO urls (key, name, labels) VALUES (?, ?, ?) RETURNING id')
    this.#find = db.prepare('SELECT id, name, labels FROM urls WHERE key = ?')
    this.#update = db.prepare('UPDATE urls SET name = ?, labels = ? WHERE id = ?')
    this.#get = db.prepare('SELECT id, key, name, labels FROM urls WHERE id = ?')
    this.#all = db.prepare('SELECT id, key, name, labels FROM urls ORDER BY id')
    this.#maxId = db.prepare("SELECT ifnull(max(seq), 0) AS id FROM sqlite_sequence WHERE name = 'urls'")
  }

  /** The id of a URL, a new one if it has none. */
  add({ key, name, labels }: HistoryUrl): number {
    const known = this.#find.get(key)
    if (known === undefined) return Number(this.#insert.get(key, name, labels)?.['id'])
    const id = Number(known['id'])
    if (known['name'] !== name || known['labels'] !== labels) this.#update.run(name, labels, id)
    return id
  }

  get(id: number): StoredUrl | null {
    const row = this.#get.get(id)
    return row === undefined ? null : urlOf(row)
  }

  /** The id of a key; null if it was never in a list. */
  find(key: string): number | null {
    const row = this.#find.get(key)
    return row === undefined ? null : Number(row['id'])
  }

  *all(): Generator<StoredUrl> {
    for (const row of this.#all.iterate()) yield urlOf(row)
  }

  /** The highest id that was ever given. */
  maxId(): number {
    return Number(this.#maxId.get()?.['id'])
  }
}

function urlOf(row: Record<string, unknown>): StoredUrl {
  return {
    id: Number(row['id']),
    key: String(row['key']),
    name: String(row['name']),
    labels: String(row['labels']),
  }
}
