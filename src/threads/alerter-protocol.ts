import type { MessagePort } from 'node:worker_threads'
import type { AlertConfig } from '../alerts/alert-rule.ts'
import type { AlertFigures } from '../state/alert-figures.ts'

// Every message that the alerter thread sends or receives, except those of the monitor, which are FeedMessages. Buffers and ports in them
// are transferred, never copied.

/** Main → alerter, on its commands port. Sent by AlerterThread, handled by AlerterHandler, which replies when it is done. */
export type AlerterMessage =
  /** URLs of the lists, packed by `packUrls`. With `isFirst`, those that it knew before and that do not follow are no longer watched. */
  | { readonly type: 'urls'; readonly urls: ArrayBuffer; readonly isFirst: boolean }
  /** All URLs are known, except those of lists that are still to be read, if not `isComplete`. Take in what a monitor sends on this port: FeedMessages. It replaces the port of an earlier monitor. */
  | { readonly type: 'monitor'; readonly port: MessagePort; readonly isComplete: boolean }
  /** Each list was read: the monitor has passed on its URLs. */
  | { readonly type: 'listsComplete' }
  /** Ask this recorder about uptime from now on, with HistoryQuestions. */
  | { readonly type: 'recorder'; readonly questions: MessagePort }
  /** Answer the AlertQuestions that come on this port, which is a web thread's. */
  | { readonly type: 'questions'; readonly port: MessagePort }
  /** The configuration has changed, or where the status page is. */
  | { readonly type: 'config'; readonly config: AlertConfig; readonly link: string }
  /** Do you answer? Main asks as long as the run goes on. */
  | { readonly type: 'ping' }
  /**
   * Take in what the monitor has sent and write it; then send what must be sent now, for `patienceMs` at most. What is left is in the file,
   * for the next run.
   */
  | { readonly type: 'stop'; readonly patienceMs: number }

/** Alerter → monitor, on the port of the FeedMessages. */
export interface AlerterStatus {
  readonly type: 'status'
  readonly figures: AlertFigures
}

/** Rows of the state of alerts by name, as JSON; null: the row is removed. */
type SharedFields = readonly (readonly [name: string, text: string | null])[]

/** Alerter → cluster thread: these rows were written. Each is answered with `saved`, in their order. */
export interface SharedStateMessage {
  readonly type: 'save'
  readonly fields: SharedFields
}

/** Cluster thread → alerter. Until when it may send, in ms of the monotonic clock. */
export type SharedStateReply =
  /** The first message: all rows. */
  | { readonly type: 'state'; readonly fields: SharedFields }
  /** One more message was carried out: another machine would go on with that. */
  | { readonly type: 'saved' }
  | { readonly type: 'lease'; readonly until: number }

/** What an alerter thread is started with. */
export interface AlerterLaunch {
  readonly options: AlerterOptions
  /** AlerterMessages come from here. */
  readonly alerts: MessagePort
  /** In a cluster: the state is there. It is answered with SharedStateReplies. Null: the state is in the file of the options. */
  readonly shared: MessagePort | null
}

/** The options of a run that concern the alerter. */
export interface AlerterOptions {
  readonly config: AlertConfig
  /** When the monotonic clock began, in ms since the epoch: alerters that replace each other have one clock, which is never set. */
  readonly clockBegan: number
  /** The state file; null: in memory. */
  readonly file: string | null
  /** Each URL is polled once: what it finds then counts, and all that turned is told at the end of the run. */
  readonly once: boolean
  /** The status page, for links in notifications; '' if there is none. */
  readonly link: string
  readonly userAgent: string
  /** Certificates to trust besides the system's (PEM); null: none. */
  readonly ca: string | null
}
