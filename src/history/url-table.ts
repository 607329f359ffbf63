import type { Database, Statement } from '../sqlite/database.ts'

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
    this.#insert = db.prepare('INSERT INTO urls (hash, key, name, labels) VALUES (?, ?, ?, ?) RETURNING id')
    this.#find = db.prepare('SELECT id, key, name, labels FROM urls WHERE hash = ? AND key = ?')
    this.#update = db.prepare('UPDATE urls SET name = ?, labels = ? WHERE id = ?')
    this.#get = db.prepare('SELECT id, key, name, labels FROM urls WHERE id = ?')
    this.#all = db.prepare('SELECT id, key, name, labels FROM urls ORDER BY id')
    this.#maxId = db.prepare("SELECT ifnull(max(seq), 0) AS id FROM sqlite_sequence WHERE name = 'urls'")
  }

  /** The id of a URL, a new one if it has none. */
  add({ key, name, labels }: HistoryUrl): number {
    const hash = hashOf(key)
    const shown = name === key ? '' : name
    const known = this.#find.get(hash, key)
    if (known === undefined) return Number(this.#insert.get(hash, key, shown, labels)?.['id'])
    const id = Number(known['id'])
    if (known['name'] !== shown || known['labels'] !== labels) this.#update.run(shown, labels, id)
    return id
  }

  get(id: number): StoredUrl | null {
    const row = this.#get.get(id)
    return row === undefined ? null : urlOf(row)
  }

  /** The id of a key; null if it was never in a list. */
  find(key: string): number | null {
    const row = this.#find.get(hashOf(key), key)
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
  const key = String(row['key'])
  const name = String(row['name'])
  return { id: Number(row['id']), key, name: name === '' ? key : name, labels: String(row['labels']) }
}

/** 52 bits of a text: FNV-1a twice. An index of them takes a third of the room of one of the texts. */
function hashOf(text: string): number {
  let [low, high] = [0x811c9dc5, 0x01234567]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit, 0x5bd1e995)
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0)
}
