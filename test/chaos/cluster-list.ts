import { renameSync, writeFileSync } from 'node:fs'
import type { seeded } from '../helpers/random.ts'
import type { Span } from './cluster-records.ts'

/** A change of the list is read by all machines, and its batches are shared anew, within this time, in ms. */
const CHANGE_MS = 15_000

/** The list of a cluster, in one file that changes. URLs are told by the numbers that are their paths. */
export class ClusterList {
  readonly file: string
  changes = 0
  readonly #ports: readonly number[]
  readonly #random: ReturnType<typeof seeded>
  readonly #names: Set<number>
  /** Since when those are off the list that were on it. */
  readonly #gone = new Map<number, number>()
  readonly #off = new Map<number, Span[]>()
  #changedAt = 0

  constructor(file: string, ports: readonly number[], urls: number, random: ReturnType<typeof seeded>) {
    this.file = file
    this.#ports = ports
    this.#random = random
    this.#names = new Set(Array.from({ length: urls }, (_, n) => n))
    this.#write()
  }

  /** What is on it. */
  get names(): ReadonlySet<number> {
    return this.#names
  }

  /** Whether the last change may not have come to all machines. */
  get isChanging(): boolean {
    return Date.now() < this.#changedAt + CHANGE_MS
  }

  /** When each URL was not on the list, or not for all. */
  offList(end: number): ReadonlyMap<number, readonly Span[]> {
    const off = new Map<number, Span[]>(this.#off)
    for (const [n, from] of this.#gone) off.set(n, [...(off.get(n) ?? []), { from, to: end }])
    return off
  }

  /** Puts back what is off it, and takes other URLs off: of all servers, or those of one. */
  change(): void {
    this.changes++
    const now = Date.now()
    this.#changedAt = now
    for (const [n, from] of this.#gone) {
      this.#off.set(n, [...(this.#off.get(n) ?? []), { from, to: now + CHANGE_MS }])
      this.#names.add(n)
    }
    this.#gone.clear()
    const { below } = this.#random
    const one = below(3) === 0 ? null : below(this.#ports.length)
    const leaving = [...this.#names].filter(
      (n) => (one === null || n % this.#ports.length === one) && below(10) === 0,
    )
    for (const n of leaving) {
      this.#names.delete(n)
      this.#gone.set(n, now)
    }
    this.#write()
  }

  urlOf(n: number): string {
    return `http://127.0.0.1:${this.#ports[n % this.#ports.length]}/${n}`
  }

  #write(): void {
    writeFileSync(`${this.file}.new`, [...this.#names].map((n) => `${this.urlOf(n)}\n`).join(''))
    renameSync(`${this.file}.new`, this.file)
  }
}
