/** A time, in ms since the epoch; `end` is not part of it. */
export interface Span {
  readonly begin: number
  readonly end: number
}

/** The span in the columns `begin` and `end` of a row. */
export function spanOf(row: Record<string, unknown>): Span {
  return { begin: Number(row['begin']), end: Number(row['end']) }
}

/** How long spans are together, in ms. */
export function duration(spans: readonly Span[]): number {
  return spans.reduce((sum, { begin, end }) => sum + end - begin, 0)
}

/** The time that is in a span of each list. Both are in order, without overlaps. */
export function intersect(some: readonly Span[], others: readonly Span[]): Span[] {
  const both: Span[] = []
  let at = 0
  for (const { begin, end } of some) {
    while (at < others.length && (others[at] as Span).end <= begin) at++
    for (let index = at; index < others.length && (others[index] as Span).begin < end; index++) {
      const other = others[index] as Span
      const span = { begin: Math.max(begin, other.begin), end: Math.min(end, other.end) }
      if (span.begin < span.end) both.push(span)
    }
  }
  return both
}

/** The time that is in a span of the first list and in none of the second. Both are in order, without overlaps. */
export function without(some: readonly Span[], others: readonly Span[]): Span[] {
  if (others.length === 0) return [...some]
  const between: Span[] = []
  let begin = -Infinity
  for (const other of others) {
    between.push({ begin, end: other.begin })
    begin = other.end
  }
  between.push({ begin, end: Infinity })
  return intersect(some, between)
}

/** Spans that come in the order of their begins, those that overlap or touch as one. */
export function joined(spans: Iterable<Span>): Span[] {
  const all: { begin: number; end: number }[] = []
  for (const { begin, end } of spans) {
    const last = all.at(-1)
    if (last !== undefined && begin <= last.end) last.end = Math.max(last.end, end)
    else all.push({ begin, end })
  }
  return all
}
