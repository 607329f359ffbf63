import { limitsOf } from './limits.ts'
import type { Limits } from './limits.ts'
import type { RuleRef } from './rule-ref.ts'
import { otherLimitText, turnsText } from './summary.ts'
import type { UrlTable } from './url-table.ts'
import type { UrlTurns } from './url-turns.ts'
import type { FiringAlert, WatchedUrl } from './watched-url.ts'

/** Begins and ends the alerts of a URL that goes up and down. `refs`: the conditions of rules that hold for it. */
export class Flapping {
  readonly #table: UrlTable
  readonly #turns: UrlTurns

  constructor(table: UrlTable, turns: UrlTurns) {
    this.#table = table
    this.#turns = turns
  }

  /** A URL has turned from up to down or back. */
  turn(url: WatchedUrl, refs: readonly RuleRef[], now: number): void {
    if (refs.length === 0) return
    url.turns.push(now)
    forgetTurns(url, refs, now)
    for (const ref of refs) {
      const firing = url.firing(ref)
      if (isTooOften(url, limitsOf(ref), now)) {
        const flapping = firing ?? this.#turns.fire(url, ref, now, now)
        this.#turns.hold(flapping)
        flapping.turnedAt = now
      } else if (firing !== undefined && isTooOften(url, firing.limits, now)) firing.stillTurnedAt = now
    }
  }

  /**
   * A URL has settled when a whole window has passed since it turned too often for the last time: the one that held then, as another one
   * says nothing of the URL. If it would go on by that, it ends without having settled.
   */
  settle(url: WatchedUrl, refs: readonly RuleRef[], now: number): void {
    if (!this.#isKnown(url)) return
    for (const ref of refs) {
      const firing = url.firing(ref)
      if (firing === undefined) continue
      if (Number.isNaN(firing.turnedAt)) firing.turnedAt = now
      if (now < settlesAt(firing)) continue
      if (now - firing.stillTurnedAt < windowOf(firing.limits))
        this.#turns.unwatch(url, firing, now, otherLimitText(`no ${turnsText(limitsOf(ref))}`))
      else this.#turns.set(url, ref, false, now, now)
    }
  }

  /** When it has to be looked at without a poll, in ms; Infinity: never. */
  dueAt(url: WatchedUrl, refs: readonly RuleRef[]): number {
    let due = Number.POSITIVE_INFINITY
    const lastTurn = url.turns.at(-1)
    if (lastTurn !== undefined) due = lastTurn + turnsKept(url, refs).ms + 1
    if (!this.#isKnown(url)) return due
    for (const alert of url.alerts)
      if (alert.ref.kind === 'flapping' && settlesAt(alert) < due) due = settlesAt(alert)
    return due
  }

  #isKnown({ id }: WatchedUrl): boolean {
    const verdict = this.#table.verdict(id)
    return verdict === 'up' || verdict === 'down'
  }
}

/** Whether a URL is said to go up and down. */
export function isFlapping({ alerts }: WatchedUrl): boolean {
  return alerts.some(({ ref }) => ref.kind === 'flapping')
}

/** Forgets turns that count no more. */
export function forgetTurns(url: WatchedUrl, refs: readonly RuleRef[], now: number): void {
  if (url.turns.length === 0) return
  const { count, ms } = turnsKept(url, refs)
  const recent = url.turns.filter((at) => now - at <= ms)
  url.turns = recent.slice(Math.max(0, recent.length - count))
}

/** How many turns of a URL are kept, and for how long, in ms: as many as its rules count, and alerts that hold by earlier limits. */
function turnsKept(
  { alerts }: WatchedUrl,
  refs: readonly RuleRef[],
): { readonly count: number; readonly ms: number } {
  let [count, ms] = [0, 0]
  const keep = (limits: Limits) => {
    count = Math.max(count, changesOf(limits) + 1)
    ms = Math.max(ms, windowOf(limits))
  }
  for (const ref of refs) keep(limitsOf(ref))
  for (const { ref, limits } of alerts) if (ref.kind === 'flapping') keep(limits)
  return { count, ms }
}

/** It has turned just now. */
function isTooOften({ turns }: WatchedUrl, limits: Limits, now: number): boolean {
  // More than `changes` turns: the one that is so many before the last.
  const first = turns.at(-1 - changesOf(limits))
  return first !== undefined && now - first <= windowOf(limits)
}

/** In ms; NaN: not known since a restart. */
function settlesAt({ turnedAt, limits }: FiringAlert): number {
  return turnedAt + windowOf(limits)
}

const changesOf = ({ limit = 0 }: Limits): number => limit

const windowOf = ({ windowMs = 0 }: Limits): number => windowMs
