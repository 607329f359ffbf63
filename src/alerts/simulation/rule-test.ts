import type { AlertKind } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'

/** One poll of a test. */
export interface TestPoll {
  /** When, in ms since the start of the test. */
  readonly at: number
  readonly verdict: 'up' | 'down' | 'unknown'
  /** 0: there was no answer. */
  readonly status: number
  readonly durationMs: number
  /** How long the certificate is valid from then on, in ms; null: none was seen. */
  readonly certificateMs: number | null
}

/** A URL of a test. */
export interface TestUrl {
  readonly url: string
  readonly labels: Readonly<Record<string, string>>
  readonly polls: readonly TestPoll[]
  /** What the history says, 0 to 1; null: it knows nothing. */
  readonly uptime: number | null
}

/** A notification that a test expects. What is null may be anything. */
export interface Expectation {
  /** In ms since the start of the test. */
  readonly at: number | null
  /** A receiver. */
  readonly to: string | null
  readonly status: Notification['status'] | null
  readonly cause: Notification['cause'] | null
  readonly alert: AlertKind | null
  readonly rule: string | null
  /** How many alerts turned. */
  readonly total: number | null
  /** The URLs, or the groups as `label=value`, in any order. */
  readonly urls: readonly string[] | null
  /** `FILE:LINE:COLUMN` of it. */
  readonly place: string
}

/** Polls, and what the rules make of them. */
export interface RuleTest {
  readonly name: string
  /** In ms since the epoch. */
  readonly start: number
  /** How long it lasts, in ms. */
  readonly forMs: number
  readonly urls: readonly TestUrl[]
  /** When somebody acknowledges all that fires, in ms since the start. */
  readonly acknowledgedAt: readonly number[]
  /** In their order; null: the test only says what is sent. */
  readonly expected: readonly Expectation[] | null
}

/** A notification that a test would send to one receiver. */
export interface SentNotification {
  /** In ms since the start of the test. */
  readonly at: number
  readonly to: string
  readonly notification: Notification
}
