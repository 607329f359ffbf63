import { renameSync, writeFileSync } from 'node:fs'
import type { seeded } from '../helpers/random.ts'

/** A URL that has left may be polled as long as its poller has it, and States of it be under way, in ms. */
const REMOVAL_GRACE_MS = 15_000

/** The list of the program under test, in a file that changes. A name is `ORIGIN/PATH`, as the servers log it. */
export class ChangingList {
  readonly file: string
  readonly #ports: readonly number[]
  /** URLs that are always on it. */
  readonly #fixed: readonly string[]
  readonly #random: ReturnType<typeof seeded>
  #names: Set<string>
  /** When each of those that are on the list no more has left it, as its change was said; later than now: not yet. */
  readonly #removedAt = new Map<string, number>()
  readonly #size: number
  #next: number
  /** The line that the program has to say of the change under way, and how many URLs it may have meanwhile. */
  #change: { readonly line: string; readonly names: Set<string> } | null = null
  /** Until this both numbers of URLs may be seen: lines about them are on their way. */
  #range = { least: 0, most: 0, until: 0 }

  constructor(
    file: string,
    ports: readonly number[],
    urls: number,
    random: ReturnType<typeof seeded>,
    fixed: readonly string[] = [],
  ) {
    this.file = file
    this.#ports = ports
    this.#fixed = fixed
    this.#random = random
    this.#names = new Set(Array.from({ length: urls }, (_, n) => `${n % ports.length}/${n}`))
    this.#size = urls
    this.#next = urls
    this.#write(this.#names)
  }

  /** What is on it, besides what always is, as far as the program has said. */
  get names(): ReadonlySet<string> {
    return this.#names
  }

  /** Whether the program has yet to say that it has read the last change. */
  get changing(): boolean {
    return this.#change !== null
  }

  /** How many URLs the program may have now. */
  get sizeRange(): { readonly least: number; readonly most: number } {
    const { least, most } = this.#changingRange
    return { least: least + this.#fixed.length, most: most + this.#fixed.length }
  }

  /** The same without those that are always on it. */
  get #changingRange(): { readonly least: number; readonly most: number } {
    const size = this.#names.size
    return performance.now() < this.#range.until ? this.#range : { least: size, most: size }
  }

  /** Takes a tenth of the URLs off the list and puts others on it, of which some had been on it before. */
  change(): void {
    const names = new Set(this.#names)
    const leaving = [...names].filter(() => this.#random.below(10) === 0)
    for (const name of leaving) names.delete(name)
    const back = [...this.#removedAt.keys()].filter(() => this.#random.below(3) === 0)
    // So that it is as long as at the start, more or less.
    const short = this.#size - names.size - back.length
    const count = Math.max(1, short + this.#random.below(21) - 10)
    const fresh = Array.from({ length: count }, () => {
      const n = this.#next++
      return `${n % this.#ports.length}/${n}`
    })
    for (const name of [...back, ...fresh]) names.add(name)
    for (const name of back) this.#removedAt.delete(name)
    for (const name of leaving) this.#removedAt.set(name, Number.POSITIVE_INFINITY)
    const gone = leaving.length > 0 ? `, ${leaving.length} gone` : ''
    this.#change = { names, line: `${this.file}: ${back.length + fresh.length} new${gone}` }
    const { least, most } = this.#changingRange
    const sizes = [least, most, this.#names.size - leaving.length, names.size]
    this.#range = {
      least: Math.min(...sizes),
      most: Math.max(...sizes),
      until: Number.POSITIVE_INFINITY,
    }
    this.#write(names)
  }

  /** Whether a line of standard error says that the change was taken over. */
  acknowledge(line: string): boolean {
    if (this.#change === null || line !== this.#change.line) return false
    this.#names = this.#change.names
    this.#change = null
    const now = performance.now()
    this.#range.until = now + REMOVAL_GRACE_MS
    for (const [name, at] of this.#removedAt) if (at > now) this.#removedAt.set(name, now)
    return true
  }

  /** Whether a URL, by its name, may be polled, and States of it printed, after `since`. */
  mayBePolled(name: string, since: number): boolean {
    if (name === '' || this.#names.has(name) || this.#change?.names.has(name) === true) return true
    return (this.#removedAt.get(name) ?? 0) + REMOVAL_GRACE_MS > since
  }

  /** The name of a URL; '' for those that are always on it. */
  nameOf(url: string): string {
    const { port, pathname } = new URL(url)
    if (!this.#ports.includes(Number(port))) return ''
    return `${this.#ports.indexOf(Number(port))}${pathname}`
  }

  #write(names: Iterable<string>): void {
    const lines = [...names].map(
      (name) => `${name.replace(/^\d+/, (origin) => `http://127.0.0.1:${this.#ports[Number(origin)]}`)}\n`,
    )
    writeFileSync(`${this.file}.new`, [...this.#fixed.map((url) => `${url}\n`), ...lines].join(''))
    renameSync(`${this.file}.new`, this.file)
  }
}
