import { counted } from '../../resource/counted.ts'
import type { Verdict } from '../../resource/resource.ts'
import type { Reason } from '../../state/reasons.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { Printer } from './printer.ts'
import type { Summary } from './summary.ts'

/** The verdicts of URLs that were polled. */
const POLLED: readonly Verdict[] = ['up', 'down', 'unknown']

/** The order in which verdicts are said. */
const ORDER: readonly Verdict[] = [...POLLED, 'pending']

/** How many of the URLs that were polled have each verdict and reason, most first. */
export function reasonCounts(map: StateMap): Map<Verdict, Partial<Record<Reason, number>>> {
  const counts = new Map(POLLED.map((verdict) => [verdict, new Map<Reason, number>()]))
  for (const id of map.ids()) {
    const ofVerdict = counts.get(map.verdict(id))
    const reason = map.reason(id)
    if (ofVerdict !== undefined && reason !== null) ofVerdict.set(reason, (ofVerdict.get(reason) ?? 0) + 1)
  }
  const mostFirst = (reasons: ReadonlyMap<Reason, number>) => [...reasons].toSorted(([, a], [, b]) => b - a)
  return new Map([...counts].map(([verdict, reasons]) => [verdict, Object.fromEntries(mostFirst(reasons))]))
}

/** Counts by verdict and reason: `5 URLs: 3 up (3 ok), 2 down (1 dns, 1 status)`. */
export function resultText(map: StateMap): string {
  const reasons = reasonCounts(map)
  const parts = ORDER.filter((verdict) => map.counts[verdict] > 0 || verdict === 'up').map((verdict) => {
    const why = Object.entries(reasons.get(verdict) ?? {}).map(([reason, count]) => `${count} ${reason}`)
    const known = why.length === 0 ? '' : ` (${why.join(', ')})`
    return `${map.counts[verdict]} ${verdict}${known}`
  })
  return `${counted(map.size, 'URL')}: ${parts.join(', ')}`
}

/** Says the counts at the end of a run whose results are a document, in which nobody sees them at once. */
export class ResultPrinter implements Printer {
  readonly #write: (line: string) => void

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  finish(_summary: Summary, map: StateMap): Promise<void> {
    this.#write(`info: ${resultText(map)}\n`)
    return Promise.resolve()
  }
}
