import type { Alert } from './alert.ts'
import type { AlertKind, AlertSeverity } from './alert-rule.ts'

/** The most alerts that a notification names. */
export const MAX_NAMED_ALERTS = 20

/** What a receiver is sent: alerts of one rule and kind that turned together. It can be written as JSON and read again. */
export interface Notification {
  /** Unique, and the same each time that it is sent: the idempotency key. */
  readonly id: string
  /** The same for all notifications about one group of alerts, from its first to its last: what PagerDuty calls the dedup key. */
  readonly groupKey: string
  /** The id of the notification that opened this incident of the group, to which e-mails are replies; its own id if it is the first. */
  readonly firstId: string
  readonly status: 'firing' | 'resolved'
  /** Why it is sent. */
  readonly cause: 'new' | 'repeat' | 'escalation' | 'resolved' | 'unwatched' | 'test'
  readonly rule: string
  readonly kind: AlertKind
  readonly severity: AlertSeverity
  /** Those that turned, the first MAX_NAMED_ALERTS. */
  readonly alerts: readonly Alert[]
  /** How many turned. */
  readonly total: number
  /** How many of the group fire now. With 0, what `groupKey` names is over. */
  readonly firing: number
  /** Labels that all of those that turned have in common. */
  readonly commonLabels: Readonly<Record<string, string>>
  /** The host that all of their URLs have in common; '' without one. */
  readonly commonHost: string
  /** When it was made, in ms since the epoch. */
  readonly at: number
  /** The page that shows it; '' if there is no page. */
  readonly link: string
}

/** How far a notification for several addresses has come, by address: it is taken or refused for good, or was put off so often. */
export type AddressProgress = Readonly<Record<string, 'taken' | 'refused' | number>>

/**
 * What became of one attempt to send a notification. `said`: what came back or went wrong, without secrets, for people. `except`: the addresses
 * that will not get it, for people, as far as this attempt has shown.
 */
export type SendResult =
  | { readonly type: 'sent'; readonly said: string; readonly except?: string }
  /** Worth another attempt; not before `retryAfterMs`, if the receiver said so. `addresses`: what that attempt has to know, absent: nothing new. */
  | {
      readonly type: 'retry'
      readonly said: string
      readonly retryAfterMs: number | null
      readonly addresses?: AddressProgress
      readonly except?: string
    }
  /** It would be refused again. */
  | { readonly type: 'refused'; readonly said: string }

/** How it is told that another attempt is made: somebody may have it already. */
export function notSent(addresses: AddressProgress | null): string {
  return addresses === null ? 'not sent' : 'not sent to all'
}
