import { REASONS } from '../state/reasons.ts'
import { pragma } from '../sqlite/database.ts'
import type { Database } from '../sqlite/database.ts'

/** The codes of reasons in a file, which stay what they are when the program's own change. */
export class ReasonCodes {
  readonly #codes = new Map<string, number>()
  readonly #names = new Map<number, string>()
  readonly #byIndex: Uint8Array

  /** Adds the reasons that the file does not have, unless it is open to be read only: that of an earlier headcount may have fewer. */
  constructor(db: Database) {
    const known = db.prepare('SELECT 1 FROM reasons WHERE name = ?')
    const insert = db.prepare('INSERT INTO reasons (name) VALUES (?)')
    const added = pragma(db, 'query_only') === 1 ? [] : REASONS
    for (const reason of added) if (known.get(reason) === undefined) insert.run(reason)
    for (const { code, name } of db.prepare('SELECT code, name FROM reasons').all()) {
      this.#codes.set(String(name), Number(code))
      this.#names.set(Number(code), String(name))
    }
    this.#byIndex = Uint8Array.from(REASONS, (reason) => this.codeOf(reason))
  }

  /** The code of an index of REASONS. */
  ofIndex(index: number): number {
    return this.#byIndex[index] ?? 0
  }

  /** 0 for a name that the file does not have. */
  codeOf(name: string): number {
    return this.#codes.get(name) ?? 0
  }

  /** '' for a code that the file does not have. */
  nameOf(code: number): string {
    return this.#names.get(code) ?? ''
  }
}
