import { effectiveIntervalMs } from '../../resource/cadence.ts'
import type { Cadence } from '../../resource/cadence.ts'
import type { Verdict } from '../../resource/resource.ts'
import { durationMs } from './duration-ms.ts'

/** What is known of the last poll of a URL. */
export interface LastPoll {
  /** When it ended, in ms since the epoch. */
  readonly at: number
  readonly durationMs: number
  readonly lateMs: number
  readonly errCount: number
  readonly status: number
  /** What it found, and what the poll before it did. */
  readonly answer: Verdict
  readonly before: Verdict
  /** The settings of the URL as a line of a list has them; of the same name, the last counts. */
  readonly settings: readonly string[]
}

/** The next poll of a URL. */
export interface NextPoll {
  /** In ms since the epoch. */
  readonly at: number
  /** How much longer than its interval the pause is, because of errors, in ms. */
  readonly addedMs: number
  /** Whether it may be later, because the server asked for a wait. */
  readonly orLater: boolean
}

/** Statuses with which a server may ask for a wait (Retry-After), of which a State says nothing. */
const MAY_ASK_FOR_WAIT: ReadonlySet<number> = new Set([429, 503])

/**
 * When a URL is polled next, as the schedule counts it (`nextDue`), or up to MAX_EARLY_MS before that if its last poll began early, which a
 * State does not say. Null where the last poll does not say: a poll that finds nothing out is made again early.
 */
export function nextPoll(last: LastPoll): NextPoll | null {
  const cadence = cadenceOf(last.settings)
  if (cadence === null || last.answer === 'unknown' || last.before === 'unknown') return null
  const step = effectiveIntervalMs(cadence, last.errCount)
  const first = last.at - last.durationMs - last.lateMs + step
  const skipped = Math.max(0, Math.ceil((last.at - first) / step))
  return {
    at: first + skipped * step,
    addedMs: step - cadence.intervalMs,
    orLater: MAY_ASK_FOR_WAIT.has(last.status),
  }
}

function cadenceOf(settings: readonly string[]): Cadence | null {
  const [intervalMs, errorBackoffMs, maxBackoffMs] = ['interval', 'error-backoff', 'max-backoff'].map(
    (name) =>
      durationMs(settings.findLast((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''),
  ) as [number, number, number]
  return intervalMs + errorBackoffMs + maxBackoffMs >= 0 ? { intervalMs, errorBackoffMs, maxBackoffMs } : null
}
