/** What of the program's JSON this needs. */
export interface SoakState {
  readonly type: 'state'
  readonly url: string
  readonly verdict: 'up' | 'down' | 'unknown'
  readonly reason: string
  readonly detail: string
  readonly lateMs: number
}

/** What came of the polls of a while. */
export class PhaseStats {
  readonly name: string
  polls = 0
  down = 0
  /** States that are `unknown` and do not say why. */
  unexplained = 0
  /** Slots that were skipped, when it is over. */
  skipped = 0
  readonly unknown = new Map<string, number>()
  readonly #late: number[] = []

  constructor(name: string) {
    this.name = name
  }

  add({ verdict, reason, detail, lateMs }: SoakState): void {
    this.polls++
    this.#late.push(lateMs)
    if (verdict === 'down') this.down++
    if (verdict !== 'unknown') return
    if (detail === '') this.unexplained++
    this.unknown.set(reason, (this.unknown.get(reason) ?? 0) + 1)
  }

  /** A row of a table in Markdown. */
  row(): string {
    const late = Float64Array.from(this.#late).toSorted()
    const at = (share: number) => Math.round(late[Math.floor(share * (late.length - 1))] ?? 0)
    const unknown = [...this.unknown].map(([reason, count]) => `${count} ${reason}`).join(', ')
    const cells = [this.polls, `${at(0.5)} ms`, `${at(0.99)} ms`, this.skipped, unknown || 0, this.down]
    return `| ${[this.name, ...cells].join(' | ')} |`
  }

  static readonly header =
    '| while | polls | late p50 | late p99 | skipped | unknown | down |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |'
}
