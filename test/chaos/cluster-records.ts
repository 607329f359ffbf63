import { hashText } from '../../src/cluster/share/text-hash.ts'
import type { RequestRecords } from './recording-servers.ts'

/** A time, in ms since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What happened while the requests were recorded. */
export interface ClusterHistory {
  readonly nodes: readonly string[]
  readonly intervalMs: number
  readonly urlOf: (n: number) => string
  /** When machines were frozen, by index of the node. */
  readonly frozen: readonly (readonly Span[])[]
  /** When a machine has said of a URL that it does not know how it is: it is polled again before its next slot. */
  readonly unknown: ReadonlyMap<string, readonly number[]>
  /** When nobody could poll: all machines were away, or the server that they meet in. */
  readonly away: readonly Span[]
  /** When a URL was not on the list, or could not be for all. */
  readonly offList: ReadonlyMap<number, readonly Span[]>
  /** From when to when every URL that is on the list is to be polled. */
  readonly watched: Span
}

/** What the records say. */
export interface ClusterFindings {
  /** Slots of URLs that two machines have polled, as texts for people. */
  readonly doubly: readonly string[]
  /** The same, where one of them was sent by a machine that was frozen in between: its poll had begun before. */
  readonly begunBeforeFreeze: readonly string[]
  /** The same, where the first poll did not tell how the URL is. */
  readonly againAfterUnknown: readonly string[]
  /** Times without a poll of a URL while it could be polled, in ms: the longest of each URL, in ascending order. */
  readonly gaps: Float64Array
  /** The URL that `gaps` ends with, and when its gap began. */
  readonly longest: { readonly url: string; readonly from: number }
  /** How long after its slot each request came, in ms, in ascending order. */
  readonly lateness: Float64Array
}

/**
 * A request that comes at most so long before a slot, in ms, may be an early one of it or a late one of the slot before. Machines know the server's
 * clock to half the time that the quickest of its answers took: a few ms, or some tens on a machine that has too much to do. There, and after a
 * batch has moved, requests are late by nearly an interval now and then.
 */
const EARLY_MS = 40

/** What a machine sends so long after it was frozen may be of a poll that had begun before, in ms. */
const THAW_MS = 1_000

/** What a machine says of a poll is here within this time, in ms. */
const SAID_MS = 2_000

/** Reads in the records of the servers what must not be, and how long URLs were not polled. */
export function findingsOf(records: RequestRecords, history: ClusterHistory): ClusterFindings {
  const { intervalMs, watched } = history
  const doubly: string[] = []
  const begunBeforeFreeze: string[] = []
  const againAfterUnknown: string[] = []
  const gaps: number[] = []
  let longest = { ms: -1, url: '', from: 0 }
  const lateness = new Float64Array(records.at.length)
  let count = 0
  for (const [n, indices] of byUrl(records)) {
    const url = history.urlOf(n)
    const phase = (hashText(url) / 2 ** 32) * intervalMs
    const off = [...history.away, ...(history.offList.get(n) ?? [])]
    let longestOfUrl = 0
    const gap = (from: number, to: number) => {
      if (to - from <= longestOfUrl) return
      const ms = to - from - overlap({ from, to }, off)
      longestOfUrl = Math.max(longestOfUrl, ms)
      if (ms > longest.ms) longest = { ms, url, from }
    }
    let before = { slot: -1, index: -1 }
    let lastAt = watched.from
    for (const index of indices) {
      const at = records.at[index] as number
      const first = Math.floor((at - phase) / intervalMs)
      const last = Math.floor((at - phase + EARLY_MS) / intervalMs)
      lateness[count++] = at - phase - last * intervalMs
      const isOther = records.node[before.index] !== records.node[index]
      // The earliest that it may be for, and that no other machine has polled just before.
      const slot = Math.min(last, Math.max(first, isOther ? before.slot + 1 : before.slot))
      if (before.slot === slot && isOther) {
        const begins = slot * intervalMs + phase
        const [one, other] = [before.index, index].map((of) => describe(records, history, of, begins))
        const wasFrozen = [before.index, index].some((of) => thawed(records, history, of))
        const earlier = records.at[before.index] as number
        const wasUnknown = history.unknown.get(url)?.some((said) => said >= earlier && said < at + SAID_MS)
        const found = wasFrozen ? begunBeforeFreeze : wasUnknown === true ? againAfterUnknown : doubly
        found.push(`${url} ${one} and ${other}`)
      }
      before = { slot, index }
      if (at >= watched.from && at <= watched.to) gap(lastAt, at)
      if (at >= watched.from) lastAt = at
    }
    gap(Math.min(lastAt, watched.to), watched.to)
    gaps.push(longestOfUrl)
  }
  return {
    doubly,
    begunBeforeFreeze,
    againAfterUnknown,
    gaps: Float64Array.from(gaps).toSorted(),
    longest: { url: longest.url, from: longest.from },
    lateness: lateness.subarray(0, count).toSorted(),
  }
}

/** The value below which this share of the others is. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Spans in which all of these were away, for at least a moment. */
export function allAway(each: readonly (readonly Span[])[], end: number): Span[] {
  const moments = each.flatMap((spans) =>
    merged(spans).flatMap(({ from, to }) => [{ at: from, by: 1 } as const, { at: to, by: -1 } as const]),
  )
  const all: Span[] = []
  let away = 0
  let since: number | null = null
  for (const { at, by } of moments.toSorted((one, other) => one.at - other.at || one.by - other.by)) {
    away += by
    if (away === each.length) since ??= at
    else if (since !== null) {
      all.push({ from: since, to: at })
      since = null
    }
  }
  if (since !== null) all.push({ from: since, to: end })
  return all
}

/** Spans without those that lie in others, and with those that overlap as one. */
function merged(spans: readonly Span[]): Span[] {
  const all: { from: number; to: number }[] = []
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    const last = all.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else all.push({ from, to })
  }
  return all
}

/** How much of a span lies in others, in ms. */
function overlap({ from, to }: Span, others: readonly Span[]): number {
  let ms = 0
  for (const one of merged(others)) ms += Math.max(0, Math.min(to, one.to) - Math.max(from, one.from))
  return ms
}

function byUrl({ url }: RequestRecords): Map<number, number[]> {
  const indices = new Map<number, number[]>()
  for (const [index, n] of url.entries()) {
    const of = indices.get(n)
    if (of === undefined) indices.set(n, [index])
    else of.push(index)
  }
  return indices
}

/** Whether a request was sent by a machine that had just been frozen. */
function thawed({ at, node }: RequestRecords, { frozen }: ClusterHistory, index: number): boolean {
  const sentAt = at[index] as number
  return (frozen[node[index] as number] ?? []).some(({ to }) => sentAt >= to && sentAt < to + THAW_MS)
}

function describe(
  { at, openedAt, node }: RequestRecords,
  { nodes }: ClusterHistory,
  index: number,
  slotAt: number,
): string {
  const sentAt = at[index] as number
  const name = nodes[node[index] as number] ?? 'somebody'
  const late = Math.round(sentAt - slotAt)
  return `by ${name} at ${sentAt} (${late} ms after its time, connected ${sentAt - (openedAt[index] as number)} ms before)`
}
