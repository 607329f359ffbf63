import { pagedRows, prepareRows } from '../sqlite/database.ts'
import type { Database, Row, Statement } from '../sqlite/database.ts'
import { KeyIndex } from './key-index.ts'

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

/** URLs that one statement adds. Each by a statement of its own takes three times as long. */
const URLS_PER_INSERT = 50

/** The URLs that ever were in the list. */
export class UrlTable {
  readonly #db: Database
  readonly #insert: Statement
  readonly #insertMany: Statement
  readonly #update: Statement
  readonly #getMany: (ids: string) => Row[]
  readonly #maxId: Statement
  /** Null until a key is looked for. An index of the file would have to be written all over for every few new URLs. */
  #index: KeyIndex | null = null

  constructor(db: Database) {
    this.#db = db
    this.#insert = db.prepare(insertSql(1))
    this.#insertMany = db.prepare(insertSql(URLS_PER_INSERT))
    this.#update = db.prepare('UPDATE urls SET name = ?, labels = ? WHERE id = ?')
    this.#getMany = prepareRows(
      db,
      'SELECT id, key, name, labels FROM urls WHERE id IN (SELECT value FROM json_each(?))',
    )
    this.#maxId = db.prepare("SELECT ifnull(max(seq), 0) AS id FROM sqlite_sequence WHERE name = 'urls'")
  }

  /** The ids of URLs, in their order, new ones for those that have none. */
  add(list: readonly HistoryUrl[]): number[] {
    const index = this.#loadIndex()
    const likely = list.map(({ key }) => index.first(key))
    const known = new Map(this.#rows(likely.filter((id) => id !== 0)).map((row) => [row[0], row]))
    const added = new Map<string, StoredUrl>()
    const firstId = this.maxId() + 1
    const ids = list.map((url, n) => {
      const row = likely[n] === 0 ? undefined : known.get(likely[n])
      // Seldom another one has the same hash, or had it and was removed.
      const same = row?.[1] === url.key || likely[n] === 0 ? row : this.#find(url.key)
      if (same !== undefined) {
        this.#show(same, url)
        return Number(same[0])
      }
      const id = added.get(url.key)?.id ?? firstId + added.size
      added.set(url.key, { ...url, id })
      return id
    })
    this.#insertAll([...added.values()])
    return ids
  }

  get(id: number): StoredUrl | null {
    const [row] = this.#rows([id])
    return row === undefined ? null : urlOf(row)
  }

  /** The id of a key; null if it was never in a list. */
  find(key: string): number | null {
    const row = this.#find(key)
    return row === undefined ? null : Number(row[0])
  }

  *all(): Generator<StoredUrl> {
    for (const row of pagedRows(this.#db, 'SELECT id, key, name, labels FROM urls WHERE id > ? ORDER BY id'))
      yield urlOf(row)
  }

  /** The labels of each, by id. */
  *labels(): Generator<readonly [id: number, labels: string]> {
    for (const [id, labels] of pagedRows(this.#db, 'SELECT id, labels FROM urls WHERE id > ? ORDER BY id'))
      yield [Number(id), String(labels)]
  }

  /** The highest id that was ever given. */
  maxId(): number {
    return Number(this.#maxId.get()?.['id'])
  }

  #loadIndex(): KeyIndex {
    if (this.#index !== null) return this.#index
    this.#index = new KeyIndex()
    for (const [id, key] of pagedRows(this.#db, 'SELECT id, key FROM urls WHERE id > ? ORDER BY id'))
      this.#index.add(String(key), Number(id))
    return this.#index
  }

  #find(key: string): Row | undefined {
    return this.#rows(this.#loadIndex().candidates(key)).find((row) => row[1] === key)
  }

  #rows(ids: readonly number[]): Row[] {
    return ids.length === 0 ? [] : this.#getMany(JSON.stringify(ids))
  }

  /** The name or the labels may be others now. */
  #show([id, , name, labels]: Row, url: HistoryUrl): void {
    const shown = nameToStore(url)
    if (name !== shown || labels !== url.labels) this.#update.run(shown, url.labels, Number(id))
  }

  #insertAll(urls: readonly StoredUrl[]): void {
    const index = this.#loadIndex()
    const rows = urls.map((url) => [url.id, url.key, nameToStore(url), url.labels])
    const batched = rows.length - (rows.length % URLS_PER_INSERT)
    for (let at = 0; at < batched; at += URLS_PER_INSERT)
      this.#insertMany.run(...rows.slice(at, at + URLS_PER_INSERT).flat())
    for (const row of rows.slice(batched)) this.#insert.run(...row)
    for (const { id, key } of urls) index.add(key, id)
  }
}

function insertSql(rows: number): string {
  return `INSERT INTO urls (id, key, name, labels) VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?)').join()}`
}

/** Most URLs are shown as their key. */
function nameToStore({ key, name }: HistoryUrl): string {
  return name === key ? '' : name
}

function urlOf(row: Row): StoredUrl {
  const [id, key, name, labels] = [Number(row[0]), String(row[1]), String(row[2]), String(row[3])]
  return { id, key, name: name === '' ? key : name, labels }
}
