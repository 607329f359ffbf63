import type { ChangingList } from './changing-list.ts'

/** A line of the program's JSON. */
export interface OutputLine {
  readonly type: 'state' | 'summary' | 'event'
  readonly url: string
  readonly verdict: string
  readonly detail: string
  readonly urls: number
  readonly up: number
  readonly down: number
  readonly unknown: number
  readonly pending: number
  readonly rssBytes: number
  readonly skipped: number
  readonly polls: number
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly owners: {
    readonly asleep: number
    readonly due: number
    readonly pollers: number[]
    readonly leaving: number
  }
}

/** Reads the program's JSON and notes what can't be true. */
export class OutputChecker {
  readonly violations: string[] = []
  /** Lines that were cut: one for each monitor that was lost may be. */
  cut = 0
  states = 0
  summaries = 0
  last: OutputLine | null = null
  readonly #list: ChangingList
  readonly #expected: (url: string) => 'up' | 'down' | null

  /** `expected`: what a URL is, all the time; null: now this, now that. */
  constructor(list: ChangingList, expected: (url: string) => 'up' | 'down' | null) {
    this.#list = list
    this.#expected = expected
  }

  line(text: string): void {
    if (text === '') return
    try {
      this.#check(JSON.parse(text) as OutputLine)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      this.cut++
    }
  }

  #check(line: OutputLine): void {
    if (line.type === 'state') {
      this.states++
      const expected = this.#expected(line.url)
      if (expected !== null && line.verdict !== expected && line.verdict !== 'unknown')
        this.violations.push(`${line.url} was ${expected} all the time, not ${line.verdict}: ${line.detail}`)
      if (!this.#list.mayBePolled(this.#list.nameOf(line.url), performance.now()))
        this.violations.push(`${line.url} is not on the list, but a State of it was printed`)
      return
    }
    if (line.type !== 'summary') return
    this.summaries++
    this.last = line
    const { asleep, due, pollers, leaving } = line.owners
    const owned = pollers.reduce((sum, some) => sum + some, asleep + due)
    const known = line.up + line.down + line.unknown + line.pending
    const { least, most } = this.#list.sizeRange
    const fits = (count: number) => count >= least && count <= most
    if (known !== line.urls || !fits(line.urls) || !fits(owned - leaving))
      this.violations.push(`a summary does not add up to ${least} to ${most}: ${JSON.stringify(line)}`)
  }
}
