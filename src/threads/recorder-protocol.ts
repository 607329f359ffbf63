import type { MessagePort } from 'node:worker_threads'
import type { MaintenanceWindow } from '../alerts/alert-rule.ts'
import type { HistoryAsker } from './history-question-handler.ts'

// Every message that the recorder thread sends or receives. Buffers and ports in them are transferred, never copied.

/** Main → recorder, on its commands port. Sent by RecorderThread, handled by RecorderHandler, which replies when it is done. */
export type RecorderMessage =
  /**
   * URLs of the lists, packed by `packUrls`. With `isFirst`, those that it knew before count no more. With `wantsEarlier` the reply says
   * what an earlier run knew of them.
   */
  | {
      readonly type: 'urls'
      readonly urls: ArrayBuffer
      readonly isFirst: boolean
      readonly wantsEarlier: boolean
    }
  /** Has an earlier run left anything? */
  | { readonly type: 'knowsUrls' }
  /** Record what a monitor sends on this port: FeedMessages. It replaces the port of an earlier monitor. */
  | { readonly type: 'monitor'; readonly port: MessagePort }
  /** Answer the HistoryQuestions that come on this port. It replaces the port of an earlier thread of that kind. */
  | { readonly type: 'questions'; readonly port: MessagePort; readonly asker: HistoryAsker }
  /** These maintenance windows apply from now on. */
  | { readonly type: 'maintenance'; readonly windows: readonly MaintenanceWindow[] }
  /** Do you answer? */
  | { readonly type: 'ping' }
  /** Take in what the monitor has sent, write it and close the file. */
  | { readonly type: 'stop' }

/** What it replies to `knowsUrls`. */
export interface KnowsUrls {
  readonly knowsUrls: boolean
}

/** What it replies to `urls`. To all others it replies with nothing. */
export interface EarlierStates {
  /** Packed by `packEarlier`. */
  readonly earlier: ArrayBuffer
}

/** Monitor → recorder or alerter, on a port of their own. Sent by RecorderFeed and AlerterFeed, handled by FeedHandler. In the order in which the monitor got them. */
export type FeedMessage =
  /** Results of polls, packed by StateBatch; for the alerter by `packPoll`. `shown`: what the monitor shows in place of some of them, packed by `packShown`; null: nothing. */
  | { readonly type: 'states'; readonly batch: ArrayBuffer; readonly shown: ArrayBuffer | null }
  /** What was known of these URLs counts no more since `at`, in ms since the epoch: their parent is down. Packed ids. */
  | { readonly type: 'verdictsLost'; readonly ids: Uint32Array<ArrayBuffer>; readonly at: number }
  /** URLs that are new or have other labels, packed by `packUrls`. */
  | { readonly type: 'register'; readonly urls: ArrayBuffer }
  /** URLs that have left the lists, packed by `packIds`. */
  | { readonly type: 'unregister'; readonly ids: ArrayBuffer }

/** Recorder or alerter → monitor, on the same port. */
export type FeedReply<Status> =
  /** So many more `states` have been taken in. */
  { readonly type: 'taken'; readonly batches: number } | Status

/** How the history is: its size in bytes; polls that could not be recorded, failed writes and CPU time in ms since the thread was started. */
export interface RecorderStatus {
  readonly type: 'status'
  readonly sizeBytes: number
  readonly lost: number
  readonly errors: number
  readonly cpuMs: number
}

/** What a recorder thread is started with. */
export interface RecorderLaunch {
  readonly options: RecorderOptions
  readonly maintenance: readonly MaintenanceWindow[]
  /** RecorderMessages come from here. */
  readonly commands: MessagePort
}

export type { MaintenanceWindow } from '../alerts/alert-rule.ts'

/** The options of a run that concern the recorder. */
export interface RecorderOptions {
  /** The SQLite file; null: in memory. */
  readonly file: string | null
  /** The most that it may take, in bytes. */
  readonly sizeLimit: number
}
